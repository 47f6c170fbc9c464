/**
 * A daemon as most people have it: ten programs.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningDaemon, withBed } from '../bed.ts';
import { repeatCall } from '../calls.ts';
import { sleepers } from '../configuration.ts';
import type { Case, Samples } from '../figure.ts';
import { memory } from '../proc.ts';
import { rpcRequest } from '../rpc.ts';
import { medianOf, pooled } from '../statistics.ts';

export const FEW = 10;

/** Boots, asks and weighs a daemon with ten programs. */
export const few: Case = {
  name: 'few',
  setting: `${FEW} programs; booted several times`,
  timeoutSeconds: 60,
  figures: [
    {
      name: 'boot',
      title: 'boot to first RPC answer',
      meaning: 'from the start of the command until getState is answered; asked every millisecond',
      unit: 'time',
      better: 'lower',
      value: medianOf('boot'),
    },
    {
      name: 'get-state-new-connection',
      title: 'getState, a new connection each',
      meaning: 'connect to the unix socket, call, close; one client, one call after the other',
      unit: 'rate',
      better: 'higher',
      value: medianOf('few.get-state-rate'),
    },
    {
      name: 'few-get-all',
      title: `getAllProcessInfo at ${FEW} programs`,
      meaning: 'calls on one connection by a client that does not parse the answer',
      unit: 'rate',
      better: 'higher',
      value: medianOf('few.get-all-rate'),
    },
    {
      name: 'few-resident',
      title: `resident memory with ${FEW} programs`,
      meaning:
        'VmRSS of the daemon, half a second after its first answer; files that it maps (the node binary) included',
      unit: 'memory',
      better: 'lower',
      value: medianOf('few.resident'),
    },
    {
      name: 'few-anonymous',
      title: `anonymous memory with ${FEW} programs`,
      meaning: 'RssAnon of the daemon at that moment: what it really costs, as mapped files are shared',
      unit: 'memory',
      better: 'lower',
      value: medianOf('few.anonymous'),
    },
  ],
  run: async (subject, { boots, callSeconds }) => {
    let samples: Samples = {};
    for (let count = 1; count <= boots; count += 1) {
      const more = await withBed(subject, async (bed) => {
        const daemon = bed.start({ programs: sleepers(FEW) });
        const client = await daemon.firstAnswer();
        const boot = { boot: [(performance.now() - daemon.bornAt) / 1000] };
        client.close();
        return count < boots ? boot : { ...boot, ...(await askAndWeigh(daemon, callSeconds / 2)) };
      });
      samples = pooled(samples, more);
    }
    return samples;
  },
};

async function askAndWeigh(daemon: RunningDaemon, seconds: number): Promise<Samples> {
  await delay(500);
  const { resident, anonymous } = memory(daemon.pid);
  const getState = rpcRequest('supervisor.getState');
  const states = await repeatCall(daemon.pid, seconds, async () => {
    const client = await daemon.connect();
    await client.call(getState);
    client.close();
  });
  const client = await daemon.connect();
  const getAll = rpcRequest('supervisor.getAllProcessInfo');
  const all = await repeatCall(daemon.pid, seconds, () => client.call(getAll));
  client.close();
  return {
    'few.resident': [resident],
    'few.anonymous': [anonymous],
    'few.get-state-rate': [states.rate],
    'few.get-all-rate': [all.rate],
  };
}
