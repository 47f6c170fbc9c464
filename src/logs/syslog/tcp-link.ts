/**
 * A connection to a syslogd over TCP, with the length in front of each message. Source: RFC 6587, section 3.4.1.
 *
 * @module
 */
import type { SyslogAddress } from '../../config/tables/syslog-values.ts';
import type { LinkEvents } from './link.ts';

/** The most that is written at once, in bytes. */
const BATCH_BYTES = 64 * 1024;

/** A syslogd that does not answer is given up after this time, in milliseconds. */
const CONNECT_LIMIT_MS = 10_000;

export function connectTcp({ host, port }: SyslogAddress, events: LinkEvents): void {
  void open(host, port, events);
}

async function open(host: string, port: number, events: LinkEvents): Promise<void> {
  const { connect } = await import('node:net');
  const socket = connect({ host, port });
  let isOver = false;
  const end = (error: Error): void => {
    if (isOver) return;
    isOver = true;
    socket.destroy();
    events.ended(error);
  };
  // What waits does not keep the daemon running.
  socket.unref();
  socket.setTimeout(CONNECT_LIMIT_MS, () => end(new Error('it does not answer')));
  socket.on('error', end);
  socket.on('close', () => end(new Error('it closed the connection')));
  // A syslogd answers nothing; anything that arrives is read, so that the end of the connection is seen.
  socket.resume();
  socket.once('connect', () => {
    socket.setTimeout(0);
    socket.setKeepAlive(true);
    events.opened({
      send(messages, done) {
        const batch = batchOf(messages);
        socket.write(Buffer.concat(batch), (error) => {
          if (error) done(0, error);
          else done(batch.length, null);
        });
      },
      close: () => {
        isOver = true;
        socket.destroy();
      },
    });
  });
}

/** The first messages, with their lengths. */
function batchOf(messages: readonly Buffer[]): Buffer[] {
  const batch: Buffer[] = [];
  let bytes = 0;
  for (const message of messages) {
    if (bytes > BATCH_BYTES) break;
    batch.push(Buffer.concat([Buffer.from(`${message.length} `), message]));
    bytes += message.length;
  }
  return batch;
}
