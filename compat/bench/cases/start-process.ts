/**
 * How exactly a start waits for startsecs.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { withBed } from '../bed.ts';
import { SLEEPER, sleepers } from '../configuration.ts';
import type { Case } from '../figure.ts';
import { rpcRequest } from '../rpc.ts';
import { medianOf } from '../statistics.ts';

/** Starts one program over XML-RPC again and again. */
export const startProcess: Case = {
  name: 'start-process',
  setting: 'ten programs; one more is started and stopped over XML-RPC, several times',
  timeoutSeconds: 60,
  figures: [
    {
      name: 'start-process',
      title: 'startProcess with startsecs=1',
      meaning: 'the whole call, on a connection that is open; 1 s of it is what startsecs asks for',
      unit: 'time',
      better: 'lower',
      target: { kind: 'between', low: 1, high: 1.05 },
      value: medianOf('start-process'),
    },
  ],
  run: (subject, { starts }) =>
    withBed(subject, async (bed) => {
      const daemon = bed.start({
        programs: { ...sleepers(10), late: { ...SLEEPER, autostart: false, startsecs: 1 } },
      });
      const client = await daemon.firstAnswer();
      const start = rpcRequest('supervisor.startProcess', ['late', true]);
      const stop = rpcRequest('supervisor.stopProcess', ['late', true]);
      const values: number[] = [];
      for (let count = 0; count < starts; count += 1) {
        await delay(150 * (count + 1));
        const before = performance.now();
        await client.ask(start);
        values.push((performance.now() - before) / 1000);
        await client.ask(stop);
      }
      client.close();
      return { 'start-process': values };
    }),
};
