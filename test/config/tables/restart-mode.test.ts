import { expect, test } from 'vitest';
import { errorOf, loadProgram, loadText } from '../support.ts';

function errorIn(section: string, lines: string): string {
  const keys = `command=/bin/x\nrestart_mode=start_first\n${lines}`;
  return errorOf(() => loadText(`[supervisord]\n[${section}]\n${keys}\n`)).replace(/ \(file: .*/, '');
}

test('restart_mode is stop_start, unless the section has it', () => {
  expect(loadProgram('command=/bin/x').restart).toEqual({ mode: 'stop_start', batch: 1, pauseSeconds: 0 });
  expect(loadProgram('command=/bin/x\nrestart_mode=start_first').restart.mode).toBe('start_first');
});

test.for([
  ['eventlistener:web', 'events=TICK_5', 'for event listeners'],
  ['program:web', 'type=oneshot', 'with type=oneshot'],
  ['program:web', 'cron=0 2 * * *', 'with cron'],
] as const)('start_first is an error in %s with %s', ([section, lines, reason]) => {
  expect(errorIn(section, lines)).toBe(
    `restart_mode=start_first cannot be used ${reason} in section '${section}'`,
  );
});
