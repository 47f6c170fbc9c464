/**
 * A daemon with ten thousand programs, of which a fifth runs.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { withBed } from '../bed.ts';
import { timeCalls, timeCallsOnceASecond } from '../calls.ts';
import { sleepers } from '../configuration.ts';
import type { Case, Samples } from '../figure.ts';
import { fileLimit } from '../machine.ts';
import { memory } from '../proc.ts';
import type { RawClient } from '../raw-client.ts';
import { rpcRequest, runningCount } from '../rpc.ts';
import { haveStarted } from '../running.ts';
import { median, medianOf } from '../statistics.ts';
import { FEW } from './few.ts';

const PROGRAMS = 10_000;
const RUNNING = 2000;

/** Enough for the pipes of the running ones. */
const MINFDS = 7000;

const NAME = `${PROGRAMS.toLocaleString('en-US')} programs, ${RUNNING.toLocaleString('en-US')} running`;

/** Asks a daemon with very many programs. */
export const big: Case = {
  name: 'big',
  setting:
    `${NAME} (the others autostart=false), startsecs=0, logs AUTO, minfds=${MINFDS.toLocaleString('en-US')}; ours alone: ` +
    'the reference takes minutes to start them and about a minute for one answer; the curves show it with 10,000 that are only configured',
  timeoutSeconds: 120,
  rounds: 1,
  isLarge: true,
  isOursAlone: true,
  figures: [
    {
      name: 'big-status',
      title: `status of ${NAME}`,
      meaning:
        'the answer to getAllProcessInfo for all of them (several MB) by a client that counts its bytes and asks once a second, median after the first',
      unit: 'time',
      better: 'lower',
      target: { kind: 'at most', value: 0.1 },
      value: medianOf('big.status'),
    },
    {
      name: 'big-status-first',
      title: `first status of ${NAME}`,
      meaning: 'the first answer to getAllProcessInfo: no earlier answer can be reused',
      unit: 'time',
      better: 'lower',
      value: medianOf('big.status-first'),
    },
    {
      name: 'big-reread',
      title: `reread of ${PROGRAMS.toLocaleString('en-US')} programs`,
      meaning: 'the call reloadConfig, with an unchanged file',
      unit: 'time',
      better: 'lower',
      target: { kind: 'at most', value: 1 },
      value: medianOf('big.reread'),
    },
    {
      name: 'big-anonymous',
      title: `anonymous memory with ${NAME}`,
      meaning: 'RssAnon of the daemon, two seconds after the last has started',
      unit: 'memory',
      better: 'lower',
      value: medianOf('big.anonymous'),
    },
    {
      name: 'big-memory-per-program',
      title: `anonymous memory per program, ${NAME}`,
      meaning: `RssAnon of the daemon minus that with ${FEW} programs (case \`memory\`), divided by the number of further programs, running or not; memory grows linearly if the figure is not above that of the case \`many\``,
      unit: 'memory',
      better: 'lower',
      target: { kind: 'at most', value: 8 * 1024 },
      value: (samples) =>
        (median(samples['big.anonymous'] ?? []) - median(samples['memory.anonymous'] ?? [])) /
        (PROGRAMS - FEW),
    },
    {
      name: 'big-anonymous-asked',
      title: `anonymous memory with ${NAME}, after calls`,
      meaning:
        'RssAnon of the daemon, two seconds after the last getAllProcessInfo and reloadConfig of this case',
      unit: 'memory',
      better: 'lower',
      value: medianOf('big.anonymous-asked'),
    },
  ],
  run: (subject, { callSeconds }) =>
    withBed(subject, async (bed) => {
      const daemon = bed.start({
        programs: sleepers(PROGRAMS, RUNNING),
        minfds: Math.min(MINFDS, fileLimit()),
      });
      await haveStarted(daemon, RUNNING);
      const client = await daemon.firstAnswer();
      await delay(2000);
      const { anonymous } = memory(daemon.pid);
      const status = await askForAll(client);
      const reread = await timeCalls(5, callSeconds, () => client.ask(rpcRequest('supervisor.reloadConfig')));
      client.close();
      await delay(2000);
      return {
        ...status,
        'big.anonymous': [anonymous],
        'big.reread': reread,
        'big.anonymous-asked': [memory(daemon.pid).anonymous],
      };
    }),
};

async function askForAll(client: RawClient): Promise<Samples> {
  const getAll = rpcRequest('supervisor.getAllProcessInfo');
  const first = await timeCalls(1, 0, () => client.call(getAll));
  const status = await timeCallsOnceASecond(5, () => client.call(getAll));
  const running = runningCount(await client.ask(getAll));
  if (running !== RUNNING) throw new Error(`${running} programs are RUNNING, not ${RUNNING}`);
  return { 'big.status-first': first, 'big.status': status };
}
