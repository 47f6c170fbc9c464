/**
 * Follows both logs of a process, also across a restart of the daemon.
 *
 * @module
 */
import { prefixLines } from '../terminal/log-prefix.ts';
import { printable } from '../terminal/text-width.ts';
import { openLog } from '../wire/log-stream.ts';
import type { Connection } from '../wire/rpc-client.ts';
import { explainTrouble, HttpStatusError } from '../wire/trouble.ts';
import type { Channel } from './log-lines.ts';

const CHANNELS: readonly Channel[] = ['stdout', 'stderr'];
const RETRY_MS = 1000;

/** Calls `add` with each line, and with a notice (null) when the daemon goes and comes; the result ends it. */
export function followLogs(
  connection: Connection,
  name: string,
  add: (channel: Channel | null, text: string) => void,
): () => void {
  const ends = CHANNELS.map((channel) => followLog(connection, name, channel, add));
  return () => {
    for (const end of ends) end();
  };
}

function followLog(
  connection: Connection,
  name: string,
  channel: Channel,
  add: (channel: Channel | null, text: string) => void,
): () => void {
  let timer: NodeJS.Timeout | null = null;
  let cut: () => void = () => undefined;
  let isClosed = false;
  let isBroken = false;
  const open = (): void => {
    const lines = prefixLines('', (line) => add(channel, printable(line)));
    cut = openLog(connection, `/logtail/${name}/${channel}`, {
      part: (bytes) => {
        if (isBroken) add(null, `(${channel}: the daemon answers again; the last lines are repeated)`);
        isBroken = false;
        lines.push(bytes);
      },
      end: (error) => {
        lines.end();
        if (isClosed || isWithoutLog(error)) return;
        const reason = error === null ? 'the log has ended' : explainTrouble(error, connection.serverUrl);
        if (!isBroken) add(null, `(${channel}: ${reason}; trying again)`);
        isBroken = true;
        timer = setTimeout(open, RETRY_MS);
      },
    });
  };
  open();
  return () => {
    isClosed = true;
    if (timer !== null) clearTimeout(timer);
    cut();
  };
}

/** The program has no log for the channel. */
function isWithoutLog(error: Error | null): boolean {
  return error instanceof HttpStatusError && (error.status === 404 || error.status === 410);
}
