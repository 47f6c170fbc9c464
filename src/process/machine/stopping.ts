/**
 * How the machine stops a process: hook, stop command or signals one after the other, and SIGKILL at the end.
 *
 * @module
 */
import { signalName } from '../../config/tables/values.ts';
import { policyOf } from './pace.ts';
import type { StepDraft } from './step-draft.ts';
import type { ProcessState, Sequel, StopStep } from './types.ts';

type In<S extends ProcessState['name']> = Extract<ProcessState, { readonly name: S }>;

/** A process with a pid that is being stopped. */
export type Stopping = Extract<In<'STOPPING'>, { readonly pid: number }>;

const SIGKILL = 9;

/** Stops a process for good. */
export function stopRunning(draft: StepDraft, state: { readonly pid: number | null }): void {
  if (state.pid === null) {
    refuseStop(draft);
    return;
  }
  stopFor(draft, state.pid);
}

/** Stops a process; the sequel is what follows its end. */
export function stopFor(draft: StepDraft, pid: number, sequel?: Sequel): void {
  const { hooks } = policyOf(draft);
  const { laterStopSignals } = draft.config;
  const firstStep: StopStep | undefined = hooks.has('pre_stop')
    ? { kind: 'pre_stop' }
    : hooks.has('stop_command')
      ? { kind: 'command' }
      : laterStopSignals.length > 0
        ? { kind: 'signal', index: 0 }
        : undefined;
  const killAtMs = draft.nowMs + draft.config.stopWaitSeconds * 1000;
  const state: Stopping = {
    name: 'STOPPING',
    pid,
    killAtMs,
    ...(firstStep === undefined ? {} : { step: firstStep }),
    ...(sequel === undefined ? {} : { sequel }),
  };
  if (firstStep === undefined || firstStep.kind === 'signal') {
    logKill(draft, pid, signalOf(draft, 0), draft.config.stopAsGroup);
  }
  draft.enter(state);
  takeStep(draft, state, firstStep);
}

/** A process that is being stopped is not to be started again after all. */
export function dropSequel(draft: StepDraft, state: In<'STOPPING'>): void {
  if (state.sequel !== undefined) {
    const { sequel: _dropped, ...rest } = state;
    draft.state = rest;
  }
}

/** The pre_stop hook has ended, whether it failed or not; or the stop command has. */
export function hookDoneWhileStopping(
  draft: StepDraft,
  state: Stopping,
  { hook, failure }: { readonly hook: string; readonly failure: string | null },
): void {
  if (hook === 'pre_stop' && state.step?.kind === 'pre_stop') {
    const next: StopStep = policyOf(draft).hooks.has('stop_command')
      ? { kind: 'command' }
      : { kind: 'signal', index: 0 };
    goOn(draft, state, next);
  } else if (hook === 'stop_command' && state.step?.kind === 'command' && failure !== null) {
    // The process does not know that it is to end: it is signalled as without a stop command.
    goOn(draft, state, { kind: 'signal', index: 0 });
  }
}

/** The time of a step is over: the next signal, or SIGKILL. */
export function stopOverdue(draft: StepDraft, state: In<'STOPPING'>): void {
  if (state.pid === null) {
    return;
  }
  if (draft.nowMs < state.killAtMs) {
    draft.arm(state.killAtMs);
    return;
  }
  const next = nextSignal(draft, state);
  if (next === null) {
    kill(draft, state);
  } else {
    draft.effects.push({ type: 'cancel-hooks' });
    goOn(draft, state, next);
  }
}

/** More time before the next step of a stop. */
export function extendStop(
  draft: StepDraft,
  state: In<'STOPPING'>,
  { untilMs }: { readonly untilMs: number },
): void {
  if (state.pid !== null && untilMs > state.killAtMs) {
    draft.state = { ...state, killAtMs: untilMs };
    draft.arm(untilMs);
  }
}

export function refuseStop(draft: StepDraft): void {
  const message = `attempted to kill ${draft.config.name} with sig ${signalName(signalOf(draft, 0))} but it wasn't running`;
  draft.log('debug', message);
  draft.effects.push({ type: 'refuse', message });
}

/** Takes the next step of a stop that goes on, with the whole of stopwaitsecs. */
function goOn(draft: StepDraft, state: Stopping, step: StopStep): void {
  const next = { ...state, step, killAtMs: draft.nowMs + draft.config.stopWaitSeconds * 1000 };
  draft.state = next;
  if (step.kind === 'signal') {
    logKill(draft, state.pid, signalOf(draft, step.index), draft.config.stopAsGroup);
  }
  takeStep(draft, next, step);
}

/** A hook has a time limit of its own; for a command and a signal it is stopwaitsecs. */
function takeStep(draft: StepDraft, state: Stopping, step: StopStep | undefined): void {
  const { stopAsGroup } = draft.config;
  if (step?.kind === 'pre_stop') {
    draft.disarm();
    draft.effects.push({ type: 'run-hook', hook: 'pre_stop', exitStatus: null });
    return;
  }
  draft.arm(state.killAtMs);
  if (step?.kind === 'command') {
    draft.effects.push({ type: 'run-hook', hook: 'stop_command', exitStatus: null });
    return;
  }
  draft.effects.push({
    type: 'kill',
    pid: state.pid,
    signal: signalOf(draft, step?.index ?? 0),
    asGroup: stopAsGroup,
  });
}

function signalOf(draft: StepDraft, index: number): number {
  const { stopSignal, laterStopSignals } = draft.config;
  return laterStopSignals[index - 1] ?? stopSignal;
}

/** The signal that follows when the current step brought no end; null is SIGKILL. */
function nextSignal(draft: StepDraft, { step }: Stopping): StopStep | null {
  if (step === undefined) {
    return null;
  }
  const index = step.kind === 'signal' ? step.index + 1 : 0;
  return index <= draft.config.laterStopSignals.length ? { kind: 'signal', index } : null;
}

function kill(draft: StepDraft, state: Stopping): void {
  const { name, killAsGroup, stopWaitSeconds } = draft.config;
  const killAtMs = draft.nowMs + Math.max(stopWaitSeconds, 1) * 1000;
  draft.log('warn', `killing '${name}' (${state.pid}) with SIGKILL`);
  logKill(draft, state.pid, SIGKILL, killAsGroup);
  draft.state = { ...state, killAtMs };
  draft.arm(killAtMs);
  draft.effects.push({ type: 'kill', pid: state.pid, signal: SIGKILL, asGroup: killAsGroup });
}

function logKill(draft: StepDraft, pid: number, signal: number, asGroup: boolean): void {
  const target = asGroup ? 'process group ' : '';
  draft.log('debug', `killing ${draft.config.name} (pid ${pid}) ${target}with signal ${signalName(signal)}`);
}
