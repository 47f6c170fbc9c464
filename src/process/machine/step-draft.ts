/**
 * One step of the process machine while it is being taken.
 *
 * @module
 */
import type { LogLevelName } from '../../config/types.ts';
import type { Effect, History, Machine, MachineConfig, MachineContext, ProcessState } from './types.ts';

/** The pid of a process, 0 where there is none. */
export function pidOf(state: ProcessState): number {
  return 'pid' in state ? (state.pid ?? 0) : 0;
}

/** One step while it is being taken: the state and history so far, and the effects in their order. */
export class StepDraft {
  state: ProcessState;
  history: History;
  readonly effects: Effect[] = [];
  readonly context: MachineContext;

  constructor(machine: Machine, context: MachineContext) {
    this.state = machine.state;
    this.history = machine.history;
    this.context = context;
  }

  get config(): MachineConfig {
    return this.context.config;
  }

  get nowMs(): number {
    return this.context.now.monotonicMs;
  }

  remember(changes: Partial<History>): void {
    this.history = { ...this.history, ...changes };
  }

  log(level: LogLevelName, message: string): void {
    this.effects.push({ type: 'log', level, message });
  }

  enter(state: ProcessState, expected = true): void {
    const from = this.state;
    this.state = state;
    const pid = pidOf(state) || pidOf(from);
    this.effects.push({
      type: 'changed',
      from: from.name,
      to: state.name,
      pid,
      tries: this.history.tries,
      expected,
    });
  }

  arm(atMs: number): void {
    this.effects.push({ type: 'arm', atMs });
  }

  disarm(): void {
    this.effects.push({ type: 'disarm' });
  }
}
