/**
 * How fast a daemon with ten programs answers clients; each client is a separate process.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { withBed } from '../bed.ts';
import { processInfoAnswer, STATE_ANSWER, withCannedServer } from '../canned-server.ts';
import { sleepers } from '../configuration.ts';
import type { Case, Figure, Samples, Target } from '../figure.ts';
import { type Load, loadFromOutside, loadFromReferenceClient, type Server } from '../load-client.ts';
import { rpcRequest } from '../rpc.ts';
import { medianOf } from '../statistics.ts';
import { FEW } from './few.ts';

const CONNECTIONS = 8;

/** Three kinds of clients; each is a process that runs alone on the machine. */
export const calls: Case = {
  name: 'calls',
  setting:
    `${FEW} programs; each client is a process of its own. The raw client is a Python loop on a blocking socket that ` +
    'prepares its bytes once and counts those of the answer, for about 30 µs of cpu per call; the floor is a bare socket of ' +
    'Node.js that sends prepared bytes to the same clients',
  timeoutSeconds: 90,
  figures: [
    ...ways({
      name: 'get-state-new-connection',
      title: 'getState, a new connection each',
      meaning: 'raw client: connect to the unix socket, call, close; one after the other',
      target: { kind: 'times better', atLeast: 2 },
    }),
    ...ways({
      name: 'get-all-python',
      title: `getAllProcessInfo at ${FEW} programs, one Python client`,
      meaning:
        'supervisor.xmlrpc.SupervisorTransport below xmlrpc.client, as scripts use it: one connection, every answer parsed, ' +
        'which takes the client longer than the call takes the daemon: no daemon can do better than the floor',
      target: { kind: 'at least of', times: 0.8, of: 'floor' },
    }),
    ...ways({
      name: 'get-all-raw',
      title: `getAllProcessInfo at ${FEW} programs, one raw client`,
      meaning: 'raw client, one connection: nothing is parsed, and daemon and client wait for each other',
      target: { kind: 'times better', atLeast: 2 },
    }),
    ...ways({
      name: 'get-all-connections',
      title: `getAllProcessInfo at ${FEW} programs, ${CONNECTIONS} connections`,
      meaning: `one raw client with a request under way on each of ${CONNECTIONS} connections at all times, so that the daemon never waits for it`,
      target: { kind: 'times better', atLeast: 5 },
    }),
  ],
  run: (subject, { callSeconds }) =>
    withBed(subject, async (bed) => {
      const daemon = bed.start({ programs: sleepers(FEW) });
      (await daemon.firstAnswer()).close();
      await delay(500);
      return {
        ...(await states(bed.dir, daemon, callSeconds)),
        ...(await infos(bed.dir, daemon, callSeconds)),
      };
    }),
  floor: async ({ callSeconds }) => ({
    ...(await withCannedServer(STATE_ANSWER, (dir, server) => states(dir, server, callSeconds))),
    ...(await withCannedServer(processInfoAnswer(FEW), (dir, server) => infos(dir, server, callSeconds))),
  }),
};

const GET_STATE = rpcRequest('supervisor.getState');
const GET_ALL = rpcRequest('supervisor.getAllProcessInfo');

async function states(dir: string, server: Server, callSeconds: number): Promise<Samples> {
  const load = await loadFromOutside(dir, server, {
    request: GET_STATE,
    connections: 'new',
    seconds: callSeconds / 2,
  });
  return samplesOf('get-state-new-connection', load);
}

async function infos(dir: string, server: Server, callSeconds: number): Promise<Samples> {
  const seconds = callSeconds / 2;
  const raw = (connections: number) =>
    loadFromOutside(dir, server, { request: GET_ALL, connections, seconds });
  return {
    ...samplesOf('get-all-python', await loadFromReferenceClient(dir, server, seconds)),
    ...samplesOf('get-all-raw', await raw(1)),
    ...samplesOf('get-all-connections', await raw(CONNECTIONS)),
  };
}

interface Way {
  readonly name: string;
  readonly title: string;
  readonly meaning: string;
  readonly target: Target;
}

function ways({ name, title, meaning, target }: Way): Figure[] {
  return [
    {
      name,
      title,
      meaning,
      unit: 'rate',
      better: 'higher',
      target,
      value: medianOf(`${name}.rate`),
    },
    {
      name: `${name}-cpu`,
      title: `cpu per call: ${title}`,
      meaning: 'utime and stime of the daemon, divided by the number of calls',
      unit: 'time',
      better: 'lower',
      value: medianOf(`${name}.cpu`),
    },
  ];
}

function samplesOf(name: string, { rate, clientShare, cpu }: Load): Samples {
  return { [`${name}.rate`]: [rate], [`${name}.client-share`]: [clientShare], [`${name}.cpu`]: [cpu] };
}
