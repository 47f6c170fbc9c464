/**
 * What an `[eventlistener:x]` may not contain.
 *
 * @module
 */
import type { Scenario } from '../../scenario.ts';

const CASES: Readonly<Record<string, string>> = {
  'no events': '',
  'empty events': 'events=',
  'an unknown event': 'events=TICK_7',
  'an unknown event in small letters among others': 'events=TICK_5,nope,TICK_60',
  'an empty name among others': 'events=TICK_5,,TICK_60',
  'a blank for a comma': 'events=TICK_5 TICK_60',
  'a buffer for none': 'events=TICK_5\nbuffer_size=0',
  'a negative buffer': 'events=TICK_5\nbuffer_size=-1',
  'a buffer that is not a number': 'events=TICK_5\nbuffer_size=many',
  'a buffer with a unit': 'events=TICK_5\nbuffer_size=1KB',
  'stderr in stdout': 'events=TICK_5\nredirect_stderr=true',
  'a handler that is not a module': 'events=TICK_5\nresult_handler=handler',
  'a handler in a module that is not there': 'events=TICK_5\nresult_handler=no.such.module:handler',
  'a handler and a wrong event': 'events=nope\nresult_handler=no.such.module:handler',
  'a priority that is not a number': 'events=TICK_5\npriority=first',
  'several processes of one name': 'events=TICK_5\nnumprocs=2',
  'no command': 'events=TICK_5\ncommand=',
};

export const eventsSections: Scenario = {
  name: 'events-sections',
  title: 'event listeners that cannot be',
  differences: ['python-modules'],
  run: async (side) => {
    for (const [name, keys] of Object.entries(CASES)) {
      side.writeFile('supervisord.conf', `${side.preamble}[eventlistener:l]\ncommand=/bin/cat\n${keys}\n`);
      const { code, stderr } = await side.supervisord(['-n', '-c', side.path('supervisord.conf')], {
        until: (output) => output.includes('supervisord started with pid'),
      });
      side.observe(name, { code, stderr });
    }
  },
};
