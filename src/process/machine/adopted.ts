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
    run.arm(state.runningAtMs);
  }
}

export function adoptedWhileStopping(run: Run, state: In<'STOPPING'>): void {
  adopted(run, state);
  run.arm(state.killAtMs);
}

export function waitForRetry(run: Run, { retryAtMs }: In<'BACKOFF'>): void {
  run.arm(retryAtMs);
}

export function waitForRestart(run: Run, { restartAtMs }: In<'EXITED'>): void {
  if (restartAtMs !== null) {
    run.arm(restartAtMs);
  }
}
