import { expect, test } from 'vitest';
import { checkText } from '../support.ts';

const STARTS_FIRST = 'command=/bin/cat\nrestart_mode=start_first\n';

test('a program with start_first that may open its port itself is reported', async () => {
  const { of } = await checkText(`[program:web]\n${STARTS_FIRST}`);
  expect(of('start-first-port')).toMatchObject([
    {
      section: 'program:web',
      key: 'restart_mode',
      severity: 'warning',
      docs: expect.stringContaining('deploying'),
    },
  ]);
});

test('one with listen, a FastCGI program, and other modes are not', async () => {
  const { of } = await checkText(
    `[program:web]\n${STARTS_FIRST}listen=tcp://127.0.0.1:8000\n` +
      `[fcgi-program:php]\n${STARTS_FIRST}socket=tcp://127.0.0.1:9000\n` +
      '[program:worker]\ncommand=/bin/cat\nrestart_mode=rolling\n',
  );
  expect(of('start-first-port')).toEqual([]);
});
