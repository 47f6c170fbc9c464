/**
 * Programs that behave badly.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, moment, stopExtra } from './fault.ts';

export const CHILDREN: readonly Fault[] = [
  {
    name: 'exit-at-once',
    title: 'a program exits at once and is restarted, over and over',
    run: async (torture) => {
      await torture.bed.call('startProcess', 'looping', false);
      await moment(torture, 400);
      await stopExtra(torture);
    },
  },
  {
    name: 'starts',
    title: 'a program that exits at once is started by many requests at the same time',
    run: async ({ bed }) => {
      await Promise.all(
        Array.from({ length: 25 }, () => bed.ask('startProcess', ['brief', false]).catch(() => undefined)),
      );
    },
  },
  {
    name: 'failing',
    title: 'a program fails before its startsecs',
    run: async ({ bed }) => {
      await bed.attempt('startProcess', 'failing', false);
      await delay(20);
      await bed.attempt('stopProcess', 'failing');
    },
  },
  {
    name: 'leave',
    title: 'a program leaves processes behind that write on',
    run: async ({ bed }) => {
      for (let runs = 0; runs < 5; runs += 1) await bed.attempt('startProcess', 'leaving', false);
      await bed.until('those have ended', async () =>
        (await bed.info()).every(({ name, pid }) => name !== 'leaving' || pid === 0),
      );
    },
  },
  {
    name: 'deaf',
    title: 'a program that ignores TERM is stopped, and started again',
    run: async ({ bed }) => {
      await bed.call('stopProcess', 'deaf');
      await bed.call('startProcess', 'deaf', false);
    },
  },
  {
    name: 'restart-some',
    title: 'programs are stopped and started by requests that overlap',
    run: async ({ bed, random }) => {
      const names = random.some(['plain:*', 'steady:*', 'fast', 'unended', 'rotating', 'closed', 'site:*']);
      await Promise.all(
        names.map(async (name) => {
          await bed.attempt('stopProcess', name);
          await bed.attempt('startProcess', name, false);
        }),
      );
    },
  },
];
