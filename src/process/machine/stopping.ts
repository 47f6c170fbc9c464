/**
 * How the machine stops a process: hook, stop command or signals one after the other, and SIGKILL at the end.
 *
 * @module
 */
import { signalName } from '../../config/tables/values.ts';
import { policyOf } from './pace.ts';
import type { Run } from './run.ts';
import type { ProcessState, Sequel, StopStep } from './types.ts';

type In<S extends ProcessState['name']> = Extract<ProcessState, { readonly name: S }>;

/** A process with a pid that is being stopped. */
export type Stopping = Extract<In<'STOPPING'>, { readonly pid: number }>;

const SIGKILL = 9;

/** Stops a process for good. */
export function stopRunning(run: Run, state: { readonly pid: number | null }): void {
  if (state.pid === null) {
    refuseStop(run);
    return;
  }
  stopFor(run, state.pid);
}

/** Stops a process; the sequel is what follows its end. */
export function stopFor(run: Run, pid: number, sequel?: Sequel): void {
  const { hooks } = policyOf(run);
  const { laterStopSignals } = run.config;
  const firstStep: StopStep | undefined = hooks.has('pre_stop')
    ? { kind: 'pre_stop' }
    : hooks.has('stop_command')
      ? { kind: 'command' }
      : laterStopSignals.length > 0
        ? { kind: 'signal', index: 0 }
        : undefined;
  const killAtMs = run.nowMs + run.config.stopWaitSeconds * 1000;
  const state: Stopping = {
    name: 'STOPPING',
    pid,
    killAtMs,
    ...(firstStep === undefined ? {} : { step: firstStep }),
    ...(sequel === undefined ? {} : { sequel }),
  };
  if (firstStep === undefined || firstStep.kind === 'signal') {
    logKill(run, pid, signalOf(run, 0), run.config.stopAsGroup);
  }
  run.enter(state);
  takeStep(run, state, firstStep);
}

/** A process that is being stopped is not to be started again after all. */
export function dropSequel(run: Run, state: In<'STOPPING'>): void {
  if (state.sequel !== undefined) {
    const { sequel: _dropped, ...rest } = state;
    run.state = rest;
  }
}

/** The pre_stop hook has ended, whether it failed or not; or the stop command has. */
export function hookDoneWhileStopping(
  run: Run,
  state: Stopping,
  { hook, failure }: { readonly hook: string; readonly failure: string | null },
): void {
  if (hook === 'pre_stop' && state.step?.kind === 'pre_stop') {
    const next: StopStep = policyOf(run).hooks.has('stop_command')
      ? { kind: 'command' }
      : { kind: 'signal', index: 0 };
    goOn(run, state, next);
  } else if (hook === 'stop_command' && state.step?.kind === 'command' && failure !== null) {
    // The process does not know that it is to end: it is signalled as without a stop command.
    run.log('warn', `${run.config.name}: ${failure}`);
    goOn(run, state, { kind: 'signal', index: 0 });
  }
}

/** The time of a step is over: the next signal, or SIGKILL. */
export function stopOverdue(run: Run, state: In<'STOPPING'>): void {
  if (state.pid === null) {
    return;
  }
  if (run.nowMs < state.killAtMs) {
    run.arm(state.killAtMs);
    return;
  }
  const next = nextSignal(run, state);
  if (next === null) {
    kill(run, state);
  } else {
    run.effects.push({ type: 'cancel-hooks' });
    goOn(run, state, next);
  }
}

/** More time before the next step of a stop. */
export function extendStop(run: Run, state: In<'STOPPING'>, { untilMs }: { readonly untilMs: number }): void {
  if (state.pid !== null && untilMs > state.killAtMs) {
    run.state = { ...state, killAtMs: untilMs };
    run.arm(untilMs);
  }
}

export function refuseStop(run: Run): void {
  const message = `attempted to kill ${run.config.name} with sig ${signalName(signalOf(run, 0))} but it wasn't running`;
  run.log('debug', message);
  run.effects.push({ type: 'refuse', message });
}

/** Takes the next step of a stop that goes on, with the whole of stopwaitsecs. */
function goOn(run: Run, state: Stopping, step: StopStep): void {
  const next = { ...state, step, killAtMs: run.nowMs + run.config.stopWaitSeconds * 1000 };
  run.state = next;
  if (step.kind === 'signal') {
    logKill(run, state.pid, signalOf(run, step.index), run.config.stopAsGroup);
  }
  takeStep(run, next, step);
}

/** A hook has a time limit of its own; for a command and a signal it is stopwaitsecs. */
function takeStep(run: Run, state: Stopping, step: StopStep | undefined): void {
  const { stopAsGroup } = run.config;
  if (step?.kind === 'pre_stop') {
    run.disarm();
    run.effects.push({ type: 'run-hook', hook: 'pre_stop', exitStatus: null });
    return;
  }
  run.arm(state.killAtMs);
  if (step?.kind === 'command') {
    run.effects.push({ type: 'run-hook', hook: 'stop_command', exitStatus: null });
    return;
  }
  run.effects.push({
    type: 'kill',
    pid: state.pid,
    signal: signalOf(run, step?.index ?? 0),
    asGroup: stopAsGroup,
  });
}

function signalOf(run: Run, index: number): number {
  const { stopSignal, laterStopSignals } = run.config;
  return laterStopSignals[index - 1] ?? stopSignal;
}

/** The signal that follows when the current step brought no end; null is SIGKILL. */
function nextSignal(run: Run, { step }: Stopping): StopStep | null {
  if (step === undefined) {
    return null;
  }
  const index = step.kind === 'signal' ? step.index + 1 : 0;
  return index <= run.config.laterStopSignals.length ? { kind: 'signal', index } : null;
}

function kill(run: Run, state: Stopping): void {
  const { name, killAsGroup, stopWaitSeconds } = run.config;
  const killAtMs = run.nowMs + Math.max(stopWaitSeconds, 1) * 1000;
  run.log('warn', `killing '${name}' (${state.pid}) with SIGKILL`);
  logKill(run, state.pid, SIGKILL, killAsGroup);
  run.state = { ...state, killAtMs };
  run.arm(killAtMs);
  run.effects.push({ type: 'kill', pid: state.pid, signal: SIGKILL, asGroup: killAsGroup });
}

function logKill(run: Run, pid: number, signal: number, asGroup: boolean): void {
  const target = asGroup ? 'process group ' : '';
  run.log('debug', `killing ${run.config.name} (pid ${pid}) ${target}with signal ${signalName(signal)}`);
}
