/**
 * The engine of this node: opened once, and its outages are logged.
 *
 * @module
 */
import type { MainLog } from '../logs/main-log.ts';
import { type CallEffect, type Calls, type CallsOptions, callsOf } from './calls.ts';
import type { Engine, EngineError } from './engine/engine.ts';

export interface EngineLink {
  /** Null before `open`, and where the engine cannot be opened. */
  readonly engine: Engine | null;
  /** Connects with the first call. A failure is logged: then no slot is taken. */
  open(): void;
  /** Begins a call that a member has decided on. */
  run(effect: CallEffect): void;
  /** @throws Error with the reason where the engine does not answer, or the keys are not known */
  connected(): Engine;
  close(): void;
}

export interface EngineLinkOptions extends Omit<CallsOptions, 'engine' | 'reached'> {
  /** @throws Error for settings that cannot be used */
  readonly openEngine: () => Engine;
  readonly log: MainLog;
  /** Whether the keys are known. */
  readonly isConnected: () => boolean;
}

export function engineLink({ openEngine, log, isConnected, ...options }: EngineLinkOptions): EngineLink {
  let engine: Engine | null = null;
  let calls: Calls | null = null;
  let failure: string | null = null;
  const reached = (error: EngineError | null): void => {
    if (error !== null && failure === null) {
      log.warn(`fleet: the engine does not answer: ${error.message}`);
      failure = error.message;
    } else if (error === null && failure !== null) {
      log.info('fleet: the engine answers again');
      failure = null;
    }
  };
  return {
    get engine() {
      return engine;
    },
    open: () => {
      try {
        engine = openEngine();
        calls = callsOf({ ...options, engine, reached });
      } catch (error) {
        failure = (error as Error).message;
        log.critical(`fleet: the engine cannot be opened: ${failure}`);
      }
    },
    run: (effect) => calls?.run(effect),
    connected: () => {
      if (engine === null || !isConnected()) {
        throw new Error(`the engine cannot be reached: ${failure ?? 'it has not answered yet'}`);
      }
      return engine;
    },
    close: () => {
      calls?.close();
      engine?.close();
    },
  };
}
