/** A client of the API that does not read, and events for it. */
import { connect, type Socket } from 'node:net';
import type { Side } from '../../compat/scenario.ts';

/**
 * A client that reads the beginning of its answer, and the rest only after `read` is called. It uses a unix socket, for which
 * the kernel buffers about 200 KB; for TCP it buffers megabytes.
 */
export class SlowClient {
  readonly socket: Socket;
  /** The end of what it has read. */
  text = '';
  #isReading = false;

  constructor(side: Side, path: string) {
    this.socket = connect(side.path('s.sock')).setEncoding('utf8');
    this.socket.on('error', () => {});
    this.socket.on('data', (text: string) => {
      this.text = (this.text + text).slice(-4096);
      if (!this.#isReading && this.isAnswered) this.socket.pause();
    });
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  }

  get isAnswered(): boolean {
    return this.text !== '';
  }

  read(): this {
    this.#isReading = true;
    this.socket.resume();
    return this;
  }
}

const BATCH = 250;

/** Publishes 250 events of 1 KB: fewer than the daemon keeps for clients that are behind. */
export async function publish(side: Side, name: string): Promise<void> {
  const one = { methodName: 'supervisor.sendRemoteCommEvent', params: [name, 'x'.repeat(1000)] };
  await side.rpc('system.multicall', [Array.from({ length: BATCH }, () => one)]);
}
