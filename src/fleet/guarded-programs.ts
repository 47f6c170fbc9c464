/**
 * The programs that run here under slots, as their guards know them.
 *
 * There are two guards: SIGKILL for the daemon and one of them at the same moment leaves the other one. The first guard
 * stops programs, then kills them; the second one only kills, so that no program gets its stop signal twice.
 *
 * @module
 */
import type { MainLog } from '../logs/main-log.ts';
import type { SpawnNote } from '../native/posix.ts';
import type { HostedProcess, Reaped } from '../process/host.ts';
import { endGuard, Guard, type Guarded, type GuardProcess } from './guard.ts';
import { type LeaseTimes, stopMs } from './slots/times.ts';
import type { Claim, Slot } from './slots/types.ts';

export interface GuardedProgramsHost {
  readonly log: MainLog;
  readonly processesByPid: Map<number, Reaped>;
  readonly times: LeaseTimes;
  /** The process of an id; undefined where it was removed. */
  readonly find: (id: string) => HostedProcess | undefined;
}

export interface GuardedPrograms {
  /** Those that run. */
  readonly processes: readonly GuardProcess[];
  /** Starts the guards; a failure is logged, and no program can be started without the first guard. */
  start(): void;
  /** Ends guards of an earlier daemon whose programs are under these guards now. */
  replace(guards: readonly GuardProcess[]): void;
  /** A process of an earlier daemon runs on. @param cgroup its folder, or null */
  adopt(id: string, process: HostedProcess, cgroup: string | null, claim: Claim): void;
  /**
   * A process is about to be spawned, in this turn of the loop.
   *
   * @returns what the process writes to the first guard before it executes the program
   * @throws Error where the first guard does not run
   */
  begin(id: string, process: HostedProcess, cgroup: string | null, claim: Claim): SpawnNote;
  /** Slots were confirmed. */
  extend(slotOf: (id: string) => Slot | undefined): void;
  /** The daemon stops the process itself. */
  leave(id: string): void;
  /** The process has ended. */
  end(id: string): void;
  /** The guards end by themselves when no program is left. */
  close(): void;
}

export function guardedPrograms({ log, processesByPid, times, find }: GuardedProgramsHost): GuardedPrograms {
  const known = new Map<string, Guarded>();
  const guarded = function* (): Generator<readonly [string, Guarded]> {
    for (const [id, program] of known) {
      const process = find(id);
      if (process !== undefined && process.pid > 0) yield [id, { ...program, ...runOf(process) }];
    }
  };
  const first = new Guard({ name: 'the guard of the fleet', log, processesByPid, guarded, stops: true });
  const second = new Guard({
    name: 'the second guard of the fleet',
    log,
    processesByPid,
    guarded,
    stops: false,
  });
  const guards = [first, second];

  const newProgram = ({ config }: HostedProcess, cgroup: string | null, { confirmedMs }: Claim): Guarded => ({
    signal: config.stopSignal,
    cgroup,
    pid: 0,
    startTicks: null,
    stopAtMs: confirmedMs + stopMs(times, config.stopWaitSeconds),
    killAtMs: confirmedMs + times.killMs,
  });

  return {
    get processes() {
      return guards.flatMap((guard) => guard.process ?? []);
    },
    start: () => {
      for (const guard of guards) {
        try {
          guard.start();
        } catch (error) {
          log.critical(`fleet: a guard cannot be started: ${(error as Error).message}`);
        }
      }
    },
    replace: (earlier) => {
      for (const guard of earlier) {
        // After an upgrade it is a child of this process.
        const { pid } = guard;
        processesByPid.set(pid, { exited: () => processesByPid.delete(pid) });
        endGuard(guard);
      }
    },
    adopt: (id, process, cgroup, claim) => {
      const program = { ...newProgram(process, cgroup, claim), ...runOf(process) };
      known.set(id, program);
      for (const guard of guards) guard.add(id, program);
    },
    begin: (id, process, cgroup, claim) => {
      const program = newProgram(process, cgroup, claim);
      const note = first.begin(id, program);
      known.set(id, program);
      // The process has one note for guards; the second guard gets its pid as soon as it is spawned.
      queueMicrotask(() => {
        const current = known.get(id);
        if (current !== undefined && process.pid > 0) second.add(id, { ...current, ...runOf(process) });
      });
      return note;
    },
    extend: (slotOf) => {
      for (const [id, program] of known) {
        const slot = slotOf(id);
        if (!slot?.claim) continue;
        const stopAtMs = slot.claim.confirmedMs + stopMs(times, slot.stopWaitSeconds);
        if (stopAtMs === program.stopAtMs) continue;
        const next = { ...program, stopAtMs, killAtMs: slot.claim.confirmedMs + times.killMs };
        known.set(id, next);
        for (const guard of guards) guard.extend(id, next);
      }
    },
    leave: (id) => {
      if (known.has(id)) first.leave(id);
    },
    end: (id) => {
      if (!known.delete(id)) return;
      for (const guard of guards) guard.end(id);
    },
    close: () => {
      for (const guard of guards) guard.close();
    },
  };
}

function runOf({ pid, startTicks }: HostedProcess): Pick<Guarded, 'pid' | 'startTicks'> {
  return { pid, startTicks };
}
