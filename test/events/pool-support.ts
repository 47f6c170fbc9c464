/** What the tests of event pools share: listeners that remember what they were sent. */
import type { SupervisorEvent } from '../../src/events/event.ts';
import { EventPool } from '../../src/events/pool.ts';
import type { ListenerProcess } from '../../src/events/pool-listener.ts';
import type { PoolSnapshot } from '../../src/events/pool-snapshot.ts';
import { DEFAULT_RESULT_HANDLER, type ResultHandler } from '../../src/events/result-handler.ts';
import { SerialNumbers } from '../../src/events/serials.ts';
import { StdinClosedError } from '../../src/process/channels/input-channel.ts';
import type { StateName } from '../../src/process/machine/states.ts';
import { FakeLog } from '../rpc/fakes.ts';

/** A listener as its pool sees it, and what it was sent. */
export class FakeListener implements ListenerProcess {
  readonly config: { readonly name: string };
  state: StateName = 'RUNNING';
  isDeaf = false;
  readonly sent: string[] = [];
  hear: (bytes: Buffer) => void = () => {};

  constructor(name: string) {
    this.config = { name };
  }

  writeStdin(bytes: Buffer): void {
    if (this.isDeaf) {
      throw new StdinClosedError('EPIPE');
    }
    this.sent.push(bytes.toString());
  }

  says(text: string): void {
    this.hear(Buffer.from(text));
  }

  /** The serials of the events that it was sent, in order. */
  get serials(): number[] {
    return this.sent.map((envelope) => Number(/ serial:(\d+)/.exec(envelope)?.[1]));
  }
}

export interface Bed {
  readonly pool: EventPool;
  readonly log: FakeLog;
  readonly serials: SerialNumbers;
  listener(name: string): FakeListener;
}

export function openPool(
  options: {
    bufferSize?: number;
    handler?: ResultHandler;
    names?: string[];
    with?: Bed;
    buffer?: PoolSnapshot['buffer'];
  } = {},
): Bed {
  const log = options.with?.log ?? new FakeLog();
  const serials = options.with?.serials ?? new SerialNumbers();
  const pool = new EventPool({
    name: 'pool',
    processNames: options.names ?? ['a', 'b'],
    bufferSize: options.bufferSize ?? 10,
    identifier: 'here',
    resultHandler: options.handler ?? DEFAULT_RESULT_HANDLER,
    serials,
    firstSerial: 0,
    buffer: options.buffer ?? [],
    log,
  });
  const listener = (name: string) => {
    const process = new FakeListener(name);
    beginLife(pool, process);
    return process;
  };
  return { pool, log, serials, listener };
}

export function beginLife(pool: EventPool, process: FakeListener): void {
  pool.begin(process);
  process.hear = pool.protocolListenerOf(process);
}

export function remote(data: string): SupervisorEvent {
  return { type: 'REMOTE_COMMUNICATION', payload: data };
}

export function acceptMany({ pool }: Bed, count: number): void {
  for (let index = 0; index < count; index += 1) {
    pool.accept(remote(`event ${index}`));
  }
}

export const OK = 'RESULT 2\nOK';
export const FAIL = 'RESULT 4\nFAIL';
