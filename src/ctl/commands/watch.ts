/**
 * `watch`: the processes live, on the whole terminal.
 *
 * @module
 */
import { words } from '../../python/text.ts';
import { EXIT } from '../exit-codes.ts';
import { type Command, lines } from './command.ts';
import { isUp } from './upcheck.ts';

const DEFAULT_SECONDS = 1;

export const watch: Command = {
  name: 'watch',
  help: lines(
    'watch\t\t\tShow all processes live: state, uptime, pid, cpu, memory, restarts, last line',
    'watch <seconds>\t\tThe same, looking again after so many seconds (default 1)',
  ),
  isOurs: true,
  run: async (session, argument) => {
    const [seconds = String(DEFAULT_SECONDS), ...others] = words(argument);
    const interval = Number(seconds);
    if (others.length > 0 || !(interval > 0 && interval <= 3600)) {
      session.fail('Error: watch accepts a number of seconds, at most 3600', EXIT.invalidArguments);
      session.say(watch.help);
    } else if (!session.isTerminal || process.stdin.isTTY !== true) {
      session.fail('Error: watch needs a terminal', EXIT.generic);
    } else if (await isUp(session)) {
      session.out.flush();
      session.input.release();
      const { watchProcesses } = await import('../watch/watch.ts');
      await watchProcesses(session, interval * 1000);
    }
    return undefined;
  },
};
