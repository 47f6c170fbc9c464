/**
 * SIGKILL at random moments: of the daemon, in the middle of everything that it does, and of what it runs.
 *
 * @module
 */
import { leadersOf } from '../observe.ts';
import { type Fault, killSome, moment, send, type Torture } from './fault.ts';

/** Kills the daemon at a random moment after something has begun, and starts the next one. */
function inTheMiddle(name: string, title: string, mostMs: number, begin: (torture: Torture) => void): Fault {
  return {
    name,
    title: `kill -9 of the daemon ${title}`,
    run: async (torture) => {
      begin(torture);
      await moment(torture, mostMs);
      await torture.killDaemon();
      await torture.bed.start();
    },
  };
}

export const KILLS: readonly Fault[] = [
  inTheMiddle('kill-daemon', 'at a random moment', 20, () => undefined),
  inTheMiddle('kill-spawning', 'while it starts programs and writes its journal', 12, (torture) =>
    killSome(torture),
  ),
  inTheMiddle('kill-rotating', 'while it opens its logs again', 6, ({ bed }) => bed.signal('SIGUSR2')),
  inTheMiddle('kill-upgrading', 'during an upgrade', 350, ({ bed }) => bed.signal('SIGUSR1')),
  inTheMiddle('kill-stopping', 'during its shutdown', 40, ({ bed }) => bed.signal('SIGTERM')),
  inTheMiddle('kill-reloading', 'during a reload', 60, ({ bed }) => bed.signal('SIGHUP')),
  {
    name: 'kill-starting',
    title: 'kill -9 of several daemons in a row while they start',
    run: async (torture) => {
      await torture.killDaemon();
      for (let starts = torture.random.integer(1, 3); starts > 0; starts -= 1) {
        torture.bed.launch();
        await moment(torture, 160);
        await torture.killDaemon();
      }
      await torture.bed.start();
    },
  },
  {
    name: 'kill-all',
    title: 'kill -9 of the daemon and of some programs at once',
    run: async (torture) => {
      const daemon = torture.killDaemon();
      killSome(torture);
      await daemon;
      await torture.bed.start();
    },
  },
  {
    name: 'kill-children',
    title: 'kill -9 of some programs',
    run: async (torture) => {
      torture.allowRefusals();
      killSome(torture);
    },
  },
  {
    name: 'kill-groups',
    title: 'kill -9 of whole process groups',
    run: async (torture) => {
      torture.allowRefusals();
      killSome(torture, true);
    },
  },
  {
    name: 'kill-listener',
    title: 'kill -9 of the event listener, several times',
    run: async (torture) => {
      torture.allowRefusals();
      for (let kills = torture.random.integer(1, 4); kills > 0; kills -= 1) {
        send(leadersOf(torture.bed).get('ear') ?? 0, 'SIGKILL');
        await moment(torture, 30);
      }
    },
  },
];
