/**
 * Processes that wait for their dependencies: these are started, and the process starts when they are met. A
 * process with `part_of` stops and restarts with the other one.
 *
 * @module
 */

import type { Condition } from '../../config/tables/dependency-list.ts';
import type { Group } from '../../process/group.ts';
import type { HostedProcess, Placement, StateChange } from '../../process/host.ts';
import { isPlaced } from '../../process/lifecycle-policy.ts';
import { STARTED_STATES } from '../../process/machine/states.ts';
import type { WaitReport } from '../../process/managed-process.ts';
import type { Process } from '../../process/process.ts';
import {
  type DependencyView,
  describeTimeout,
  describeWait,
  isMet,
  type Unmet,
} from '../../schedule/conditions.ts';
import type { Edge, Graph } from '../../schedule/graph.ts';
import { hasDependencies } from './check-dependencies.ts';
import { graphOf } from './process-graph.ts';
import { processId } from './process-id.ts';

/** What the waits need of the daemon. */
export interface WaitsHost {
  readonly placement: Placement | null;
  readonly groups: ReadonlyMap<string, Group>;
  mayStart(): boolean;
}

export class Waits {
  readonly #host: WaitsHost;
  /** The graph of the groups that are active; made anew after a change of them. */
  #current: Graph | null = null;
  readonly #waiting = new Map<string, HostedProcess>();
  #isLookDue = false;

  constructor(host: WaitsHost) {
    this.#host = host;
  }

  get graph(): Graph {
    this.#current ??= graphOf([...this.#host.groups.values()].map(({ config }) => config));
    return this.#current;
  }

  /** Groups or processes were added or removed: waits are looked at again. */
  groupsChanged(): void {
    this.#current = null;
    this.#lookSoon();
  }

  areMet(process: HostedProcess): boolean {
    return !hasDependencies(process.config) || this.#unmetOf(process).length === 0;
  }

  /** Starts the process when all its dependencies are met. @param startsThem starts those that do not run */
  begin(process: HostedProcess, startsThem: boolean): void {
    this.#waiting.set(idOf(process), process);
    if (startsThem) {
      this.#startDependencies(process);
    }
    this.#lookSoon();
  }

  #startDependencies(process: HostedProcess): void {
    for (const { edge } of this.#unmetEdges(process)) {
      this.#startDependency(edge);
    }
  }

  end(process: HostedProcess): void {
    this.#waiting.delete(idOf(process));
    if (isPlaced(process.config)) this.#host.placement?.wants(process, false);
  }

  /** The time of a wait is over. */
  overdue(process: HostedProcess): void {
    // A slot is waited for without a limit.
    if (this.#unmetOf(process).length === 0) return;
    const { timeoutSeconds } = process.config.dependencies;
    const message = describeTimeout(this.#unmetOf(process), timeoutSeconds);
    setImmediate(() => process.advance({ type: 'dependencies-failed', message }));
  }

  reportOf(process: HostedProcess): WaitReport | null {
    const unmet = this.#unmetOf(process);
    const { placement } = this.#host;
    if (unmet.length === 0 && placement !== null && isPlaced(process.config))
      return placement.waitOf(process);
    const failures = this.#unmetEdges(process).flatMap(({ edge, dependency }) => {
      const failure = dependency === undefined ? null : failureOf(dependency);
      return failure === null ? [] : [`${edge.written} is ${failure}`];
    });
    return { text: unmet.length === 0 ? 'waiting' : describeWait(unmet), failure: failures[0] ?? null };
  }

  /** Whether a process meets a condition. */
  meets(id: string, condition: Condition): boolean {
    const process = this.find(id);
    return process !== undefined && isMet(condition, viewOf(process));
  }

  /** The processes that stop and restart with this one follow it; dependents look again. */
  changed(process: HostedProcess, change: StateChange): void {
    const id = idOf(process);
    if (change.to === 'STOPPING' || (change.from !== 'STOPPING' && hasFailed(change))) {
      for (const part of this.graph.parts.get(id) ?? []) {
        this.#restartPart(part, process.config.name);
      }
    }
    this.healthChanged(process);
  }

  /** Dependents look again. */
  healthChanged(process: HostedProcess): void {
    if (this.#waiting.size > 0 && this.graph.dependents.has(idOf(process))) {
      this.#lookSoon();
    }
  }

  #restartPart(id: string, whole: string): void {
    const part = this.find(id);
    if (part?.isUp && this.#host.mayStart()) {
      setImmediate(() =>
        part.advance({
          type: 'restart',
          reason: `it is part of ${whole}, which has stopped`,
          countsAsFailure: false,
          waits: true,
        }),
      );
    }
  }

  #startDependency({ to }: Edge): void {
    const dependency = this.find(to);
    if (
      dependency !== undefined &&
      this.#host.mayStart() &&
      !dependency.isStoppable &&
      !dependency.isDisabled &&
      !STARTED_STATES.has(dependency.state) &&
      dependency.state !== 'UNKNOWN' &&
      dependency.state !== 'STOPPING'
    ) {
      dependency.start();
    }
  }

  /** Once in a turn of the event loop, whatever the number of changes. */
  #lookSoon(): void {
    if (!this.#isLookDue && this.#waiting.size > 0) {
      this.#isLookDue = true;
      setImmediate(() => {
        this.#isLookDue = false;
        this.#look();
      });
    }
  }

  #look(): void {
    for (const [id, process] of [...this.#waiting]) {
      if (!process.isWaiting || this.find(id) !== process) {
        this.#waiting.delete(id);
      } else if (this.#unmetOf(process).length > 0) {
        process.reportChanged();
      } else if (this.#waitsForSlot(process)) {
        this.#host.placement?.wants(process, true);
        process.reportChanged();
      } else if (this.#host.mayStart()) {
        this.#waiting.delete(id);
        process.advance({ type: 'dependencies-met' });
      }
    }
  }

  #waitsForSlot(process: HostedProcess): boolean {
    return isPlaced(process.config) && this.#host.placement?.mayRun(process) !== true;
  }

  /** Slots of processes have changed: those that wait for one look again. */
  slotsChanged(): void {
    this.#lookSoon();
  }

  #unmetOf(process: HostedProcess): readonly Unmet[] {
    return this.#unmetEdges(process).map(({ edge: { written, condition } }) => ({
      name: written,
      condition,
    }));
  }

  /** A dependency that is not active any more does not hold a process back. */
  #unmetEdges(
    process: HostedProcess,
  ): readonly { readonly edge: Edge; readonly dependency: Process | undefined }[] {
    return (this.graph.dependencies.get(idOf(process)) ?? [])
      .map((edge) => ({ edge, dependency: this.find(edge.to) }))
      .filter(
        ({ edge, dependency }) => dependency !== undefined && !isMet(edge.condition, viewOf(dependency)),
      );
  }

  /** An active process of the graph. */
  find(id: string): Process | undefined {
    const node = this.graph.nodes.get(id);
    return node === undefined ? undefined : this.#host.groups.get(node.group)?.processes.get(node.process);
  }
}

/** Why a dependency will not be met without a client; null if it may be. */
function failureOf({ state, isDisabled, isUp }: Process): string | null {
  if (state === 'FATAL') {
    return 'FATAL';
  }
  return isDisabled && !isUp ? 'disabled' : null;
}

function hasFailed({ to }: StateChange): boolean {
  return to === 'EXITED' || to === 'BACKOFF' || to === 'FATAL';
}

function viewOf(process: Process): DependencyView {
  return {
    state: process.state,
    pid: process.pid,
    wasStarted: process.startedAt > 0,
    endedWell: process.hasEndedWell,
    isHealthy: process.config.liveness.target === null ? null : process.health?.isHealthy === true,
  };
}

function idOf({ groupName, config }: HostedProcess): string {
  return processId(groupName, config.name);
}
