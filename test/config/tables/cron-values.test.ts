import { describe, expect, test } from 'vitest';
import { dumpConfig } from '../../../src/config/dump/dump.ts';
import { cronPattern, timeZone } from '../../../src/config/tables/cron-values.ts';
import { errorOf, fakeHost, loadText } from '../support.ts';

describe('cron=', () => {
  test.each(['0 2 * * *', '*/10 * * * * *', '@daily', '0 9-17 * * MON-FRI'])('takes %s', (text) => {
    expect(cronPattern.parse(` ${text} `, fakeHost)).toBe(text);
  });

  test.each(['', 'now', '61 * * * *', '* * *', '0 0 30 2 *'])('refuses %j', (text) => {
    expect(errorOf(() => cronPattern.parse(text, fakeHost))).toMatch(/^not a valid cron pattern: /);
  });

  test('makes a run one run, unless the section sets it otherwise', () => {
    const [job] =
      loadText('[supervisord]\n[program:job]\ncommand=x\ncron=@daily\nstartsecs=5\n').groups[0]?.processes ??
      [];
    expect(job).toMatchObject({ type: 'oneshot', autorestart: 'never', startSeconds: 5 });
  });

  test('is dumped with what follows from it', () => {
    const config = loadText('[supervisord]\n[program:job]\ncommand=x\ncron=0 2 * * *\ntimezone=UTC\n');
    expect(loadText(dumpConfig(config)).groups).toEqual(config.groups);
  });

  test('a wrong pattern names section and file', () => {
    expect(errorOf(() => loadText('[supervisord]\n[program:job]\ncommand=x\ncron=hourly\n'))).toMatch(
      /^not a valid cron pattern: 'hourly': .* in section 'program:job' \(file: 'FILE'\)$/,
    );
  });
});

test('timezone= takes names of zones', () => {
  expect(timeZone.parse('Europe/Berlin', fakeHost)).toBe('Europe/Berlin');
  expect(errorOf(() => timeZone.parse('Mars/Olympus', fakeHost))).toBe(
    "not a valid time zone: 'Mars/Olympus'",
  );
});
