/**
 * Floods of signals, processes that are stopped for a while, and a clock that is set.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { leadersOf } from '../observe.ts';
import { type Fault, killSome, moment, send } from './fault.ts';

/** Those that end no process. */
const HARMLESS: readonly NodeJS.Signals[] = [
  'SIGUSR2',
  'SIGCHLD',
  'SIGCONT',
  'SIGWINCH',
  'SIGURG',
  'SIGPIPE',
];

const TEN_DAYS_SECONDS = 864_000;

export const SIGNALS: readonly Fault[] = [
  {
    name: 'flood',
    title: 'a flood of signals for the daemon',
    run: async ({ bed, random }) => {
      for (let signals = 400; signals > 0; signals -= 1) {
        bed.signal(random.pick(HARMLESS));
        if (signals % 50 === 0) await delay(1);
      }
    },
  },
  {
    name: 'reloads',
    title: 'several reloads at once',
    run: async (torture) => {
      torture.allowRefusals();
      for (let reloads = torture.random.integer(1, 4); reloads > 0; reloads -= 1) {
        torture.bed.signal('SIGHUP');
        await moment(torture, 40);
      }
      await torture.bed.until('it is up again', () => torture.bed.isUp);
    },
  },
  {
    name: 'stop-daemon',
    title: 'SIGSTOP of the daemon, while programs end, and SIGCONT',
    run: async (torture) => {
      torture.allowRefusals();
      torture.bed.signal('SIGSTOP');
      killSome(torture);
      await moment(torture, 200);
      torture.bed.signal('SIGCONT');
    },
  },
  {
    name: 'stop-children',
    title: 'SIGSTOP and SIGCONT of some programs',
    run: async (torture) => {
      const stopped = torture.random.some([...leadersOf(torture.bed)].filter(([name]) => name !== 'ear'));
      for (const [, pid] of stopped) send(pid, 'SIGSTOP');
      await moment(torture, 150);
      for (const [, pid] of stopped) send(pid, 'SIGCONT');
    },
  },
  {
    name: 'clock',
    title: 'the clock jumps by up to ten days in either direction',
    bed: 'clock',
    run: async (torture) => {
      torture.allowRefusals();
      for (let jumps = 3; jumps > 0; jumps -= 1) {
        torture.bed.setClock(torture.random.integer(-TEN_DAYS_SECONDS, TEN_DAYS_SECONDS));
        killSome(torture);
        await moment(torture, 60);
      }
    },
  },
];
