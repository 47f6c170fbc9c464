/**
 * Clients that never finish: whether they are still connected after the time limit.
 *
 * @module
 */
import { connect, type Socket } from 'node:net';
import type { Scenario, Side } from '../../scenario.ts';
import { program } from '../support/programs.ts';
import { methodCall, request } from '../support/requests.ts';

/** Ours waits 60 s for a client; in this scenario a tenth of that, unless the runner was started with `--slow`. */
const limitSeconds = () => (process.env.COMPAT_SLOW === '1' ? 60 : 6);
/** The answer that the client does not read is sent later than the other clients connect. */
const AFTERWARDS_MS = 5000;

const CALL = request({ body: methodCall('supervisor.getState') });
const ASKS_FOR_MUCH = request({ body: methodCall('supervisor.getAllProcessInfo') });

export const httpPatience: Scenario = {
  name: 'http-patience',
  title: 'clients that send half a request, nothing, a byte now and then, or do not read their answer',
  differences: ['idle-client-limit'],
  run: async (side) => {
    side.writeFile(
      'supervisord.conf',
      side.preamble +
        program(
          'many',
          '/bin/cat',
          'numprocs=600',
          'process_name=%(program_name)s_%(process_num)d',
          'stdout_logfile=NONE',
          'stderr_logfile=NONE',
        ),
    );
    const limit = limitSeconds();
    await side.start({ environment: { VISORD_CLIENT_PATIENCE_MS: String(limit * 1000) } });
    const owing = new Map([
      ['nothing', open(side, '')],
      ['half a head', open(side, CALL.slice(0, 20))],
      ['half a body', open(side, CALL.slice(0, -20))],
      ['a byte now and then', open(side, CALL.slice(0, 1))],
      ['half of a second request', open(side, CALL + CALL.slice(0, 20))],
      ['a request whose answer it does not read', open(side, ASKS_FOR_MUCH)],
    ]);
    const idle = open(side, CALL);
    const unread = owing.get('a request whose answer it does not read');
    for (const client of [...owing.values(), idle]) if (client !== unread) client.socket.resume();
    let sent = 1;
    const drip = setInterval(() => {
      owing.get('a byte now and then')?.socket.write(CALL.slice(sent, sent + 1));
      sent += 1;
    }, limit * 80);
    const areGone = () => [...owing.values()].every((client) => client === unread || client.isClosed);
    // A busy machine may be a little late.
    await side.waitFor('they are gone', areGone, limit * 1.25 + 4).catch(() => undefined);
    clearInterval(drip);
    // A client that does not read does not see the end either.
    await new Promise((resolve) => setTimeout(resolve, AFTERWARDS_MS));
    unread?.socket.resume();
    const isRead = () =>
      unread?.isClosed === true || unread?.received().includes('</methodResponse>') === true;
    await side.waitFor('the answer or the end', isRead);
    for (const [what, client] of owing)
      side.observe(`a client that sends ${what} is closed`, client.isClosed);
    side.observe('a client that is idle between two requests is closed', idle.isClosed);
    for (const { socket } of [...owing.values(), idle]) socket.destroy();
  },
};

interface Client {
  readonly socket: Socket;
  readonly isClosed: boolean;
  received(): string;
}

function open(side: Side, bytes: string): Client {
  if (side.address.kind !== 'unix') throw new Error('the scenario talks to the unix socket');
  const socket = connect(side.address.path);
  let received = '';
  let isClosed = false;
  socket.on('data', (piece) => {
    received += piece.toString();
  });
  socket.on('close', () => {
    isClosed = true;
  });
  socket.on('error', () => {});
  socket.pause();
  socket.write(bytes);
  return {
    socket,
    received: () => received,
    get isClosed() {
      return isClosed;
    },
  };
}
