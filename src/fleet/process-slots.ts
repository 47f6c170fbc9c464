/**
 * Requests and reports of processes with `run_on`.
 *
 * @module
 */
import { bootTime } from '../native/posix.ts';
import type { Placement } from '../process/host.ts';
import { isPlaced } from '../process/lifecycle-policy.ts';
import type { Process } from '../process/process.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { GuardedPrograms } from './guarded-programs.ts';
import type { KeptState } from './kept-state.ts';
import type { MemberDriver } from './member-driver.ts';
import { idOf, placedProcesses, slotFieldsOf } from './placed-processes.ts';
import type { Member } from './slots/member.ts';
import { holdersOf } from './slots/view.ts';

export interface ProcessSlots extends Placement {
  /** Processes and slots of an earlier daemon, or of an earlier configuration. */
  adopt(left: Pick<KeptState, 'claims'> | null): void;
  /** Groups or processes were added or removed. */
  groupsChanged(): void;
}

export interface ProcessSlotsOptions {
  readonly supervisor: Supervisor;
  /** Name of this node. */
  readonly node: string;
  readonly member: Member;
  readonly driver: MemberDriver;
  readonly guarded: GuardedPrograms;
  /** Why a process may not run on this node; null where it may. */
  readonly leavesOf: (id: string) => string | null;
}

export function processSlots(options: ProcessSlotsOptions): ProcessSlots {
  const { supervisor, node, member, driver, guarded, leavesOf } = options;

  const adoptOne = (process: Process, left: Pick<KeptState, 'claims'> | null): void => {
    const id = idOf(process);
    const claim = left?.claims.get(id) ?? null;
    const isUp = process.isUp && process.pid > 0;
    member.add(slotFieldsOf(process), { claim, process: isUp ? 'up' : 'down' });
    if (isUp && claim !== null && isGuarded(process)) guarded.adopt(id, process, process.cgroup, claim);
  };
  const mayRun: Placement['mayRun'] = (process) => {
    const id = idOf(process);
    const limitMs = member.startLimitOf(id);
    const isStopping = member.slotOf(id)?.process === 'stopping';
    return limitMs !== null && bootTime() < limitMs && !isStopping && driver.isOpen;
  };

  return {
    adopt: (left) => {
      for (const process of placedProcesses(supervisor)) adoptOne(process, left);
      // Slots of programs that the configuration does not have any more, or not with run_on.
      for (const [id, claim] of left?.claims ?? []) {
        if (member.slotOf(id) !== undefined) continue;
        const fields = { id, count: 1, stopWaitSeconds: 0, keepsOnPartition: false };
        member.add(fields, { claim, process: 'down' });
      }
    },
    mayRun,
    wants: (process, isWanted) => {
      const id = idOf(process);
      if (member.slotOf(id)?.wants === isWanted) return;
      driver.handle({ type: 'slot', id, event: { type: 'wants', wants: isWanted } });
    },
    waitOf: (process) => {
      const id = idOf(process);
      const others = holdersOf(member.viewOf(id)).filter((holder) => holder !== node);
      if (others.length >= process.config.placement.count) {
        const elsewhere = `runs on ${others.join(', ')}`;
        return { text: elsewhere, failure: null, elsewhere };
      }
      if (!member.isConnected) return { text: 'waiting for the engine of the fleet', failure: null };
      return { text: leavesOf(id) ?? 'waiting for a slot', failure: null };
    },
    openRun: (process, cgroup) => {
      const id = idOf(process);
      const claim = member.slotOf(id)?.claim ?? null;
      const notAfterMs = member.startLimitOf(id);
      if (claim === null || notAfterMs === null || !mayRun(process)) {
        throw new Error('another node may be running it');
      }
      const environment = { SUPERVISOR_FENCING_TOKEN: String(claim.token) };
      const guardNote = isGuarded(process) ? guarded.begin(id, process, cgroup, claim) : null;
      driver.handle({ type: 'slot', id, event: { type: 'process', isUp: true } });
      return { environment, guardNote, notAfterMs };
    },
    changed: (process, { to }) => {
      if (!isPlaced(process.config) || process.role !== null) return;
      const id = idOf(process);
      if (member.slotOf(id) === undefined) return;
      if (ENDED.has(to)) {
        guarded.end(id);
        driver.handle({ type: 'slot', id, event: { type: 'process', isUp: false } });
      }
      const isGivenUp = to === 'FATAL' || (ENDED.has(to) && process.isDisabled);
      if (isGivenUp) driver.handle({ type: 'slot', id, event: { type: 'wants', wants: false } });
    },
    groupsChanged: () => {
      if (!driver.isOpen) return;
      const placed = new Set<string>();
      for (const process of placedProcesses(supervisor)) {
        placed.add(idOf(process));
        member.add(slotFieldsOf(process));
      }
      for (const { id } of [...member.slots]) {
        if (placed.has(id)) continue;
        driver.handle({ type: 'slot', id, event: { type: 'process', isUp: false } });
        driver.handle({ type: 'slot', id, event: { type: 'wants', wants: false } });
      }
      driver.handle({ type: 'surroundings-changed' });
    },
  };
}

const ENDED: ReadonlySet<string> = new Set(['STOPPED', 'EXITED', 'FATAL', 'BACKOFF']);

function isGuarded({ config }: Pick<Process, 'config'>): boolean {
  return config.placement.onPartition !== 'keep';
}
