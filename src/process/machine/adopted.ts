/**
 * What the machine does with a process that another daemon has brought to its state: it goes on from there, and
 * nobody is told of a change that is none.
 *
 * @module
 */
import type { Run } from './run.ts';
import type { ProcessState } from './types.ts';

type In<S extends ProcessState['name']> = Extract<ProcessState, { readonly name: S }>;

export function adopted(run: Run, { pid }: { readonly pid: number }): void {
  run.log('info', `adopted: '${run.config.name}' with pid ${pid}`);
}

export function adoptedWhileStarting(run: Run, state: In<'STARTING'>): void {
  if (state.pid !== null) {
    adopted(run, state);
    const { readiness } = state;
    const dueAtMs = readiness === undefined || readiness.isReady ? state.runningAtMs : readiness.deadlineMs;
    if (dueAtMs !== null) {
      run.arm(dueAtMs);
    }
  } else if (state.hook !== undefined) {
    // The hook went with the daemon that ran it.
    run.effects.push({ type: 'run-hook', hook: state.hook, exitStatus: null });
  }
}

export function adoptedWhileStopping(run: Run, state: In<'STOPPING'>): void {
  if (state.pid === null) {
    run.effects.push({ type: 'run-hook', hook: state.hook, exitStatus: run.history.exitStatus });
    return;
  }
  adopted(run, state);
  run.arm(state.killAtMs);
}

/** A process that waits for its dependencies goes on waiting. */
export function adoptedWhileWaiting(run: Run, { waiting }: In<'STOPPED'>): void {
  if (waiting === undefined) {
    return;
  }
  run.effects.push({ type: 'await-dependencies', startsThem: false });
  if (waiting.deadlineMs !== null) {
    run.arm(waiting.deadlineMs);
  }
}

export function waitForRetry(run: Run, { retryAtMs }: In<'BACKOFF'>): void {
  run.arm(retryAtMs);
}

export function waitForRestart(run: Run, { restartAtMs }: In<'EXITED'>): void {
  if (restartAtMs !== null) {
    run.arm(restartAtMs);
  }
}
