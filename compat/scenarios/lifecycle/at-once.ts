/**
 * How soon a program is back that ends by itself.
 *
 * @module
 */
import type { Scenario } from '../../scenario.ts';
import { program } from '../support/programs.ts';

const RESTARTS = 3;

/** Nothing else happens meanwhile, and no client sends requests: whatever wakes the reference makes it look for programs to start. */
export const lifecycleAtOnce: Scenario = {
  name: 'lifecycle-at-once',
  title: 'a program that ends is started again, and how soon',
  differences: ['restart-at-once'],
  run: async (side) => {
    side.writeFile(
      'supervisord.conf',
      side.preamble +
        program('brief', '/bin/sh -c "sleep 0.2; exit 3"', 'autostart=true', 'autorestart=true'),
    );
    const daemon = await side.start();
    const gaps = () => secondsFromExitToStart(side.readFile('main.log'));
    await side.waitFor('it was restarted', () => gaps().length >= RESTARTS);
    // Of several: one may be late by itself on a busy machine.
    side.observe(
      'a restart takes less than half a second',
      gaps().some((seconds) => seconds < 0.5),
    );
    side.observe('exit code', await daemon.stop());
  },
};

function secondsFromExitToStart(log: string): number[] {
  const gaps: number[] = [];
  let exit: number | null = null;
  for (const line of log.split('\n')) {
    const moment = Date.parse(line.slice(0, 23).replace(',', '.').replace(' ', 'T')) / 1000;
    if (line.includes(' exited: brief ')) exit = moment;
    if (exit !== null && line.includes(" spawned: 'brief' ")) gaps.push(moment - exit);
  }
  return gaps;
}
