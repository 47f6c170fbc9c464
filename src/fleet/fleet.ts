/**
 * This daemon as a node of a fleet: programs with `run_on` run here while the node has a slot for them.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetConfig } from '../config/types.ts';
import { bootId, pidNamespace } from '../io/boot.ts';
import { readFileSync } from '../io/files.ts';
import { sha1 } from '../io/sha1.ts';
import { setAlarm } from '../io/timers.ts';
import { bootTime } from '../native/posix.ts';
import type { HostedProcess, PlacedRun, StateChange } from '../process/host.ts';
import { isPlaced } from '../process/lifecycle-policy.ts';
import type { WaitReport } from '../process/managed-process.ts';
import type { Process } from '../process/process.ts';
import type { FleetLock, FleetPlacement, FleetReport } from '../supervisor/fleet-placement.ts';
import { processId } from '../supervisor/lifecycle/process-id.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { type Calls, callsOf } from './calls.ts';
import type { Engine, EngineError, EngineSettings } from './engine/engine.ts';
import { openEtcd } from './engine/etcd.ts';
import { type GuardedPrograms, guardedPrograms } from './guarded-programs.ts';
import { type KeptState, readState, stateText, writeState } from './kept-state.ts';
import { type Fact, type Keys, keysOf } from './keys.ts';
import { type Nodes, nodesOf } from './nodes.ts';
import { type RollingLocks, rollingLocks } from './rolling-lock.ts';
import { Member, type MemberEffect, type MemberEvent } from './slots/member.ts';
import type { Slot } from './slots/slot.ts';
import { type LeaseTimes, leaseTimes } from './slots/times.ts';
import { holdersOf } from './slots/view.ts';

/** Opens the fleet of the configuration; `begin` is to follow. @param open how the engine is reached */
export function openFleet(supervisor: Supervisor, open = openEtcd): FleetPlacement {
  const { fleet } = supervisor.config;
  if (fleet === null) throw new Error('no engine is configured');
  return new Fleet(supervisor, fleet, open);
}

/** How long a move may take, and a drain, in seconds. */
const MOVE_SECONDS = 120;
const DRAIN_MS = 600_000;

class Fleet implements FleetPlacement {
  readonly #supervisor: Supervisor;
  readonly #config: FleetConfig;
  readonly #times: LeaseTimes;
  readonly #owner: string;
  readonly #keys: Keys;
  readonly #nodes: Nodes;
  readonly #member: Member;
  readonly #guarded: GuardedPrograms;
  readonly #left: KeptState | null;
  readonly #open: (settings: EngineSettings) => Engine;
  #engine: Engine | null = null;
  #calls: Calls | null = null;
  #cancelAlarm: (() => void) | null = null;
  #failure: string | null = null;
  #savedText = '';
  readonly #waiters = new Set<() => void>();
  #publishedLease: string | null = null;
  /** Of which the published digest is. */
  #publishedGroups: unknown = null;
  #isBegun = false;
  /** The key of this node in the engine belongs to this daemon. */
  #isShown = false;

  constructor(supervisor: Supervisor, config: FleetConfig, open: (settings: EngineSettings) => Engine) {
    this.#supervisor = supervisor;
    this.#config = config;
    this.#open = open;
    this.#times = leaseTimes(config.leaseSeconds);
    this.#keys = keysOf(config.name);
    this.#nodes = nodesOf(config.node);
    this.#left = readState(supervisor.runtimeFolder, this.#machine, this.#memberName);
    this.#owner = this.#left?.owner ?? randomUUID();
    this.#member = new Member({
      ...{ owner: this.#owner, times: this.#times, lease: this.#left?.lease ?? null },
      leavesOf: (id) => this.#leavesOf(id),
      delayOf: (id) => this.#delayOf(id),
    });
    this.#guarded = guardedPrograms({
      ...{ log: supervisor.log, processesByPid: supervisor.processesByPid, times: this.#times },
      find: (id) => this.#find(id),
    });
  }

  get #machine(): string {
    return `${bootId()} ${pidNamespace()}`;
  }

  get #memberName(): string {
    return `${this.#keys.prefix}${this.#config.node}`;
  }

  begin(): void {
    this.#isBegun = true;
    this.#guarded.start();
    for (const process of this.#placed()) this.#adopt(process);
    this.#releaseOthers();
    this.#guarded.replace(this.#left?.guards ?? []);
    try {
      const engine = this.#open(this.#settings());
      this.#engine = engine;
      this.#calls = callsOf({
        ...{ engine, keys: this.#keys, node: this.#config.node, owner: this.#owner },
        ...{ storeSeconds: this.#times.storeSeconds, callMs: this.#times.callMs },
        takeoverMs: this.#times.takeoverMs,
        answer: (event) => this.#handle(event),
        learn: (facts, isWhole) => this.#learn(facts, isWhole),
        reached: (failure) => this.#reached(failure),
      });
    } catch (error) {
      this.#failure = (error as Error).message;
      this.#supervisor.log.critical(`fleet: the engine cannot be opened: ${this.#failure}`);
    }
    this.#handle({ type: 'due' });
  }

  /** Slots of programs that the configuration does not have any more, or not with run_on. */
  #releaseOthers(): void {
    for (const [id, claim] of this.#left?.claims ?? []) {
      if (this.#member.slotOf(id) !== undefined) continue;
      this.#member.add(
        { id, count: 1, stopWaitSeconds: 0, keepsOnPartition: false },
        { claim, process: 'down' },
      );
    }
  }

  #adopt(process: Process): void {
    const id = idOf(process);
    const claim = this.#left?.claims.get(id) ?? null;
    const isUp = process.isUp && process.pid > 0;
    this.#member.add(this.#fieldsOf(process), { claim, process: isUp ? 'up' : 'down' });
    if (!isUp || claim === null || process.config.placement.onPartition === 'keep') return;
    this.#guarded.adopt(id, process, process.cgroup, claim);
  }

  #fieldsOf({ config, groupName }: HostedProcess): Parameters<Member['add']>[0] {
    return {
      id: processId(groupName, config.name),
      count: config.placement.count,
      stopWaitSeconds: config.stopWaitSeconds,
      keepsOnPartition: config.placement.onPartition === 'keep',
    };
  }

  #settings(): EngineSettings {
    const { engine, engineCaFile, engineCertFile, engineKeyFile, engineUsername, enginePasswordFile } =
      this.#config;
    const contentOf = (path: string): string => readFileSync(path, 'utf8');
    const isSecure = engineCaFile !== null || engineCertFile !== null;
    return {
      members: engine,
      tls: isSecure
        ? {
            ca: engineCaFile === null ? null : contentOf(engineCaFile),
            certificate:
              engineCertFile === null || engineKeyFile === null
                ? null
                : { cert: contentOf(engineCertFile), key: contentOf(engineKeyFile) },
          }
        : null,
      user:
        engineUsername === null || enginePasswordFile === null
          ? null
          : { name: engineUsername, password: enginePasswordFile.text },
      timeoutMs: this.#times.callMs,
    };
  }

  // Requests of processes.

  mayRun(process: HostedProcess): boolean {
    const id = idOf(process);
    const limitMs = this.#member.startLimitOf(id);
    return (
      limitMs !== null &&
      bootTime() < limitMs &&
      this.#member.slotOf(id)?.process !== 'stopping' &&
      this.#isBegun
    );
  }

  wants(process: HostedProcess, isWanted: boolean): void {
    const id = idOf(process);
    if (this.#member.slotOf(id)?.wants === isWanted) return;
    this.#handle({ type: 'slot', id, event: { type: 'wants', wants: isWanted } });
  }

  waitOf(process: HostedProcess): WaitReport {
    const id = idOf(process);
    const others = holdersOf(this.#member.viewOf(id)).filter((node) => node !== this.#config.node);
    if (others.length >= process.config.placement.count) {
      const elsewhere = `runs on ${others.join(', ')}`;
      return { text: elsewhere, failure: null, elsewhere };
    }
    if (!this.#member.isConnected) return { text: 'waiting for the engine of the fleet', failure: null };
    return { text: this.#leavesOf(id) ?? 'waiting for a slot', failure: null };
  }

  openRun(process: HostedProcess, cgroup: string | null): PlacedRun {
    const id = idOf(process);
    const claim = this.#member.slotOf(id)?.claim ?? null;
    const notAfterMs = this.#member.startLimitOf(id);
    if (claim === null || notAfterMs === null || !this.mayRun(process)) {
      throw new Error('another node may be running it');
    }
    const environment = { SUPERVISOR_FENCING_TOKEN: String(claim.token) };
    const isGuarded = process.config.placement.onPartition !== 'keep';
    const guardNote = isGuarded ? this.#guarded.begin(id, process, cgroup, claim) : null;
    this.#handle({ type: 'slot', id, event: { type: 'process', isUp: true } });
    return { environment, guardNote, notAfterMs };
  }

  changed(process: HostedProcess, { to }: StateChange): void {
    if (!isPlaced(process.config) || process.role !== null) return;
    const id = idOf(process);
    if (this.#member.slotOf(id) === undefined) return;
    if (ENDED.has(to)) {
      this.#guarded.end(id);
      this.#handle({ type: 'slot', id, event: { type: 'process', isUp: false } });
    }
    const isGivenUp = to === 'FATAL' || (ENDED.has(to) && process.isDisabled);
    if (isGivenUp) this.#handle({ type: 'slot', id, event: { type: 'wants', wants: false } });
  }

  groupsChanged(): void {
    if (!this.#isBegun) return;
    const placed = new Set<string>();
    for (const process of this.#placed()) {
      placed.add(idOf(process));
      this.#member.add(this.#fieldsOf(process));
    }
    for (const { id } of [...this.#member.slots]) {
      if (placed.has(id)) continue;
      this.#handle({ type: 'slot', id, event: { type: 'process', isUp: false } });
      this.#handle({ type: 'slot', id, event: { type: 'wants', wants: false } });
    }
    this.#handle({ type: 'surroundings-changed' });
  }

  // Effects of the member.

  #handle(event: MemberEvent): void {
    if (!this.#isBegun) return;
    const { effects, dueMs } = this.#member.handle(event, bootTime());
    this.#save();
    this.#guarded.extend((id) => this.#member.slotOf(id));
    for (const effect of effects) this.#run(effect);
    this.#arm(dueMs);
    for (const look of [...this.#waiters]) look();
  }

  #run(effect: MemberEffect): void {
    switch (effect.type) {
      case 'granted':
        this.#granted(effect.id);
        return;
      case 'stop':
        this.#stop(effect.id, effect.reason);
        return;
      case 'kill':
        this.#kill(effect.id);
        return;
      case 'confirmed':
        this.#publish(effect.lease.id);
        return;
      default:
        this.#calls?.run(effect);
    }
  }

  #granted(id: string): void {
    const process = this.#find(id);
    if (process?.isWaiting) this.#supervisor.lifecycle?.slotsChanged();
    if (this.#nodes.moves.get(id)?.to === this.#config.node) this.#forgetMove(id);
  }

  #forgetMove(id: string): void {
    this.#engine?.remove(this.#keys.move(id)).catch(() => {
      // The key is removed with its lease.
    });
  }

  #stop(id: string, reason: string): void {
    const process = this.#find(id);
    if (process === undefined) return;
    if (process.pid > 0) {
      this.#guarded.leave(id);
      process.advance({ type: 'restart', reason, countsAsFailure: false, waits: true });
      return;
    }
    if (process.isActive && !process.isWaiting) {
      process.stop();
      process.start();
    }
  }

  #kill(id: string): void {
    const process = this.#find(id);
    if (process === undefined || process.pid <= 1) return;
    this.#supervisor.log.critical(`killing ${process.config.name} (pid ${process.pid}): its slot is lost`);
    try {
      globalThis.process.kill(-process.pid, 'SIGKILL');
      if (process.cgroup !== null) writeFileSync(join(process.cgroup, 'cgroup.kill'), '1', { flag: 'r+' });
    } catch {
      // It has ended, or the guard kills the processes of the cgroup one by one.
    }
  }

  /** The node shows itself, with each lease that it gets, and with a configuration that was read anew. */
  #publish(lease: string): void {
    const { groups } = this.#supervisor.config;
    const isPublished = this.#publishedLease === lease && this.#publishedGroups === groups;
    if (isPublished || this.#engine === null) return;
    this.#publishedLease = lease;
    this.#publishedGroups = groups;
    const { node, advertise } = this.#config;
    const digest = sha1(Buffer.from(JSON.stringify(groups))).slice(0, 12);
    const value = JSON.stringify({ owner: this.#owner, url: advertise ?? '', digest });
    this.#engine.put(this.#keys.node(node), value, lease).catch(() => {
      this.#publishedLease = null;
    });
  }

  #learn(facts: readonly Fact[], isWhole: boolean): void {
    this.#nodes.take(facts, isWhole);
    this.#reportNamesake();
    if (isWhole || facts.some(({ kind }) => kind !== 'slot')) this.#handle({ type: 'surroundings-changed' });
    for (const fact of facts) {
      const process = fact.kind === 'slot' ? this.#find(fact.id) : undefined;
      // What it waits for is read when all facts are taken.
      if (process?.isWaiting) setImmediate(() => process.reportChanged());
    }
  }

  /** Two daemons with one name: each of them runs programs, and neither is moved to or drained as it should. */
  #reportNamesake(): void {
    const { node } = this.#config;
    const owner = this.#nodes.known.get(node)?.owner;
    if (owner === undefined) return;
    // An earlier daemon of this node is not reported: its key is replaced by that of this one.
    if (owner !== this.#owner && this.#isShown) {
      this.#supervisor.log.critical(`fleet: another daemon has the name ${node}: set node in [fleet]`);
    }
    this.#isShown = owner === this.#owner;
  }

  #reached(failure: EngineError | null): void {
    const { log } = this.#supervisor;
    if (failure !== null && this.#failure === null) {
      log.warn(`fleet: the engine does not answer: ${failure.message}`);
      this.#failure = failure.message;
    } else if (failure === null && this.#failure !== null) {
      log.info('fleet: the engine answers again');
      this.#failure = null;
    }
  }

  #arm(dueMs: number): void {
    this.#cancelAlarm?.();
    this.#cancelAlarm =
      dueMs === Number.POSITIVE_INFINITY
        ? null
        : setAlarm(Math.max(1, Math.ceil(dueMs - bootTime())), () => this.#handle({ type: 'due' }));
  }

  #leavesOf(id: string): string | null {
    const { node } = this.#config;
    if (!this.#supervisor.mayStart()) return 'the daemon of this node shuts down';
    if (this.#nodes.drained.has(node)) return `${node} is drained`;
    const move = this.#nodes.moves.get(id);
    // A node that has ended, or is drained, takes nothing over.
    const isPossible =
      move !== undefined && this.#nodes.known.has(move.to) && !this.#nodes.drained.has(move.to);
    if (!isPossible || move.to === node) return null;
    const slot = this.#member.slotOf(id);
    return slot?.claim && move.from !== node ? null : `it moves to ${move.to}`;
  }

  #delayOf(id: string): number {
    const placement = this.#find(id)?.config.placement;
    return placement === undefined ? 0 : this.#nodes.delayOf(id, placement.count, placement.preferred);
  }

  // State for the guard and the next daemon.

  #save(): void {
    const folder = this.#supervisor.runtimeFolder;
    if (folder === null) return;
    const claims = new Map(
      [...this.#member.slots].flatMap(({ id, claim }) => (claim ? [[id, claim] as const] : [])),
    );
    const text = stateText({
      ...{ machine: this.#machine, member: this.#memberName, owner: this.#owner },
      lease: claims.size > 0 ? this.#member.lease : null,
      ...{ guards: this.#guarded.processes, claims },
    });
    if (text === this.#savedText) return;
    try {
      writeState(folder, text);
      this.#savedText = text;
    } catch (error) {
      this.#supervisor.log.error(`fleet: ${(error as Error).message}`);
    }
  }

  #placed(): Process[] {
    return this.#supervisor.allProcesses().filter(({ config, role }) => isPlaced(config) && role === null);
  }

  #find(id: string): Process | undefined {
    const at = id.indexOf(':');
    return this.#supervisor.groups.get(id.slice(0, at))?.processes.get(id.slice(at + 1));
  }

  // Requests of clients.

  get report(): FleetReport {
    const { node, name } = this.#config;
    return {
      ...{ name, node, isConnected: this.#member.isConnected },
      members: [...this.#nodes.known]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([member, { url, digest }]) => ({
          ...{ node: member, url, digest },
          isDrained: this.#nodes.drained.has(member),
        })),
      slots: [...this.#member.slots].flatMap(({ id }) =>
        [...this.#member.viewOf(id).keys].map(([index, key]) => ({ process: id, index, node: key.node })),
      ),
    };
  }

  async move(group: string, name: string, to: string): Promise<void> {
    const id = processId(group, name);
    const engine = this.#connected();
    const slot = this.#member.slotOf(id);
    if (slot === undefined) throw new Error(`${name} has no run_on`);
    if (!this.#nodes.known.has(to)) throw new Error(`no node ${to} is there`);
    if (this.#nodes.drained.has(to)) throw new Error(`${to} is drained`);
    const holders = holdersOf(this.#member.viewOf(id));
    if (holders.includes(to)) throw new Error(`${name} runs on ${to}`);
    const from = holders.length >= slot.count ? (holders[0] ?? null) : null;
    const lease = await engine.grantLease(MOVE_SECONDS);
    const value = JSON.stringify({ from: from ?? '', to });
    if ((await engine.create(this.#keys.move(id), value, lease)) === null) {
      throw new Error(`${name} is being moved already`);
    }
    const isThere = (): boolean => holdersOf(this.#member.viewOf(id)).includes(to);
    const hasMoved = await this.#until(isThere, MOVE_SECONDS * 1000);
    // The other node removes it as well; its daemon may have ended just now.
    this.#forgetMove(id);
    if (!hasMoved) throw new Error(`${to} has not taken ${name} within ${MOVE_SECONDS} seconds`);
  }

  async setDrained(node: string, isDrained: boolean): Promise<void> {
    const engine = this.#connected();
    if (!isDrained) {
      await engine.remove(this.#keys.drained(node));
      return;
    }
    if (!this.#nodes.known.has(node) && !this.#nodes.drained.has(node))
      throw new Error(`no node ${node} is there`);
    await engine.put(this.#keys.drained(node), '{}', null);
    const isEmpty = (): boolean =>
      this.#nodes.drained.has(node) && !this.report.slots.some((slot) => slot.node === node);
    if (!(await this.#until(isEmpty, DRAIN_MS))) throw new Error(`programs have not left ${node} yet`);
  }

  lockRolling(holder: string): Promise<FleetLock> {
    return this.#rollingLocks(this.#connected()).take(holder);
  }

  renewRolling(id: string): Promise<FleetLock | null> {
    return this.#rollingLocks(this.#connected()).renew(id);
  }

  unlockRolling(id: string): Promise<void> {
    return this.#rollingLocks(this.#connected()).release(id);
  }

  #rollingLocks(engine: Engine): RollingLocks {
    return rollingLocks(engine, this.#keys.rollingLock, this.#config.leaseSeconds);
  }

  #connected(): Engine {
    if (this.#engine === null || !this.#member.isConnected) {
      throw new Error(`the engine cannot be reached: ${this.#failure ?? 'it has not answered yet'}`);
    }
    return this.#engine;
  }

  /** Checks the condition after every event; false when the time is over. */
  #until(isDone: () => boolean, limitMs: number): Promise<boolean> {
    if (isDone()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const look = (): void => {
        if (isDone()) end(true);
      };
      const end = (result: boolean): void => {
        cancel();
        this.#waiters.delete(look);
        resolve(result);
      };
      const cancel = setAlarm(limitMs, () => end(false));
      this.#waiters.add(look);
    });
  }

  async leave(): Promise<void> {
    if (!this.#isBegun || this.#engine === null) return;
    this.#handle({ type: 'surroundings-changed' });
    const hasLeft = (): boolean =>
      ![...this.#member.slots].some((slot) => holds(slot, this.#member, this.#config));
    const isEmpty = await this.#until(hasLeft, 2 * this.#times.callMs);
    const { lease } = this.#member;
    // Without the lease the keys that are left go at once; a program that is left runs under the guard.
    if (isEmpty && lease !== null) await this.#engine.revokeLease(lease.id).catch(() => {});
  }

  close(): void {
    this.#isBegun = false;
    this.#cancelAlarm?.();
    this.#calls?.close();
    this.#engine?.close();
    this.#guarded.close();
  }
}

const ENDED: ReadonlySet<string> = new Set(['STOPPED', 'EXITED', 'FATAL', 'BACKOFF']);

function idOf({ groupName, config }: HostedProcess): string {
  return processId(groupName, config.name);
}

function holds({ id, claim, process }: Slot, member: Member, { node }: FleetConfig): boolean {
  return claim !== null || process !== 'down' || holdersOf(member.viewOf(id)).includes(node);
}
