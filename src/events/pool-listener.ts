/**
 * One run of a listener of a pool: the event that it handles, and what it writes about it.
 *
 * @module
 */
import type { MainLog } from '../logs/main-log.ts';
import { StdinClosedError } from '../process/channels/input-channel.ts';
import type { StateName } from '../process/machine/states.ts';
import { pythonBytesRepr } from '../python/bytes-repr.ts';
import { type EnvelopeSender, envelopeOf } from './envelope.ts';
import { ListenerProtocol } from './listener-protocol.ts';
import type { BufferedEvent, ListenerSnapshot, ListenerState } from './pool-snapshot.ts';
import { type ResultHandler, ResultRejected } from './result-handler.ts';

/** A process as its pool sees it. */
export interface ListenerProcess {
  readonly config: { readonly name: string };
  readonly state: StateName;
  /** @throws StdinClosedError */
  writeStdin(bytes: Buffer): void;
}

/** What a listener needs of its pool. */
export interface ListenerPool {
  readonly log: MainLog;
  readonly resultHandler: ResultHandler;
  /** The event was not processed: it is sent again, before all others. */
  putBack(event: BufferedEvent): void;
  /** Sends waiting events to ready listeners. */
  dispatch(): void;
  /** False once the run of the listener has ended. */
  has(listener: PoolListener): boolean;
}

export interface ListenerReport {
  readonly state: ListenerState;
  /** The event that it is handling. */
  readonly event: BufferedEvent | null;
}

export class PoolListener {
  readonly process: ListenerProcess;
  readonly #pool: ListenerPool;
  readonly #protocol: ListenerProtocol;
  #event: BufferedEvent | null;
  #judged: BufferedEvent | null = null;

  /** @param snapshot of an earlier daemon */
  constructor(pool: ListenerPool, process: ListenerProcess, snapshot?: ListenerSnapshot) {
    this.#pool = pool;
    this.process = process;
    this.#protocol = new ListenerProtocol(snapshot?.protocol);
    this.#event = snapshot?.event ?? null;
  }

  /** It waits for an event. */
  get isReady(): boolean {
    return this.process.state === 'RUNNING' && this.#protocol.state === 'READY';
  }

  /** The event that it is handling. */
  get event(): BufferedEvent | null {
    return this.#event;
  }

  /** The event whose result waits for its verdict. */
  get judged(): BufferedEvent | null {
    return this.#judged;
  }

  get snapshot(): ListenerSnapshot {
    return { protocol: this.#protocol.snapshot, event: this.#event };
  }

  get report(): ListenerReport {
    return { state: this.#protocol.state, event: this.#event ?? this.#judged };
  }

  /** Sends an event to a listener that is ready. Returns false where its stdin is closed. */
  send(buffered: BufferedEvent, sender: EnvelopeSender): boolean {
    const { log } = this.#pool;
    const { name } = this.process.config;
    try {
      this.process.writeStdin(envelopeOf(buffered, sender));
    } catch (error) {
      if (!(error instanceof StdinClosedError)) {
        throw error;
      }
      log.debug(
        `epipe occurred while sending event ${buffered.serial} to listener ${name}, listener state unchanged`,
      );
      return false;
    }
    this.#protocol.sent();
    this.#event = buffered;
    log.debug(`event ${buffered.serial} sent to listener ${name}`);
    return true;
  }

  /** Takes what the listener has written to its stdout; without bytes, what it had written before. */
  receive(bytes: Buffer = NOTHING): void {
    let stateBefore = this.#protocol.state;
    for (let outcome = this.#protocol.next(bytes); outcome !== null; outcome = this.#protocol.next()) {
      switch (outcome.type) {
        case 'ready':
          this.#logChange(stateBefore);
          this.#event = null;
          break;
        case 'result':
          this.#judge(outcome.result);
          break;
        case 'violation':
          this.#onViolation(stateBefore, outcome.line);
          break;
      }
      stateBefore = this.#protocol.state;
    }
    this.#pool.dispatch();
  }

  #judge(result: Buffer): void {
    const buffered = this.#event;
    const stateBefore = this.#protocol.state;
    this.#event = null;
    if (buffered === null) {
      this.#settle(stateBefore);
      return;
    }
    const verdict = this.#pool.resultHandler.judge(buffered.event, result);
    this.#judged = buffered;
    if (verdict instanceof Promise) {
      verdict.then(
        () => this.#resume(buffered, null, stateBefore),
        (error: unknown) => this.#resume(buffered, error ?? new Error('rejected'), stateBefore),
      );
    } else {
      this.#conclude(buffered, verdict, stateBefore);
    }
  }

  /** @param error null where the event was processed */
  #conclude(buffered: BufferedEvent, error: unknown, stateBefore: ListenerState): void {
    const { log } = this.#pool;
    const { name } = this.process.config;
    this.#judged = null;
    if (error === null) {
      log.debug(`${name}: event was processed`);
      this.#settle(stateBefore);
      return;
    }
    if (error instanceof ResultRejected) {
      log.warn(`${name}: event was rejected`);
      this.#settle(stateBefore);
    } else {
      log.warn(`${name}: event caused an error`);
      log.error(
        `${name}: the result_handler failed: ${error instanceof Error ? error.message : String(error)}`,
      );
      this.#protocol.distrust();
      this.#logChange(stateBefore);
    }
    this.#pool.putBack(buffered);
  }

  #settle(stateBefore: ListenerState): void {
    this.#protocol.acknowledge();
    this.#logChange(stateBefore);
  }

  /** The verdict of an asynchronous handler; the listener may have exited meanwhile. */
  #resume(buffered: BufferedEvent, error: unknown, stateBefore: ListenerState): void {
    this.#conclude(buffered, error, stateBefore);
    if (this.#pool.has(this)) {
      this.receive();
    } else {
      this.#pool.dispatch();
    }
  }

  #onViolation(stateBefore: ListenerState, line: Buffer | null): void {
    if (line !== null) {
      this.#pool.log.warn(`${this.process.config.name}: bad result line: '${lineText(line)}'`);
    }
    this.#logChange(stateBefore);
    if (this.#event !== null) {
      this.#pool.putBack(this.#event);
      this.#event = null;
    }
  }

  #logChange(before: ListenerState): void {
    const { log } = this.#pool;
    const { name } = this.process.config;
    const { state } = this.#protocol;
    log.debug(`${name}: ${before} -> ${state}`);
    if (state === 'UNKNOWN') {
      log.warn(
        `${name}: has entered the UNKNOWN state and will no longer receive events, this usually indicates ` +
          'the process violated the eventlistener protocol',
      );
    }
  }
}

const NOTHING = Buffer.alloc(0);

function lineText(line: Buffer): string {
  const text = line.toString('utf8');
  return text.includes('\ufffd') ? `Undecodable: ${pythonBytesRepr(line)}` : text;
}
