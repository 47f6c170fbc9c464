import { expect, test } from 'vitest';
import { checkText, program } from '../support.ts';

test('memmon is replaced by memory_restart, with its programs and sizes', async () => {
  const checked = await checkText(
    `${program('web')}
[eventlistener:memmon]
command=memmon -p web=200MB --group=workers=1GB
events=TICK_60
`,
  );
  expect(checked.of('memmon-listener')).toMatchObject([
    {
      severity: 'note',
      section: 'eventlistener:memmon',
      key: 'command',
      advice: ['[program:web]', 'memory_restart=200MB', '[program:workers]', 'memory_restart=1GB'],
      docs: 'limits.md#restart-by-memory',
    },
  ]);
});
