/** A cron daemon among the programs: its jobs as sections. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jobsIn } from '../../../src/checkup/machine/crontabs.ts';
import { folderWith } from '../../config/support.ts';
import { checkText } from '../support.ts';

const CRONTAB = [
  '# a comment',
  'SHELL=/bin/sh',
  '*/5 * * * *\t/usr/bin/job --now',
  '0 2 * * mon-fri cd /srv && ./backup "a b" > log',
  "@daily echo 'done' 100%",
  '1 1 1 1 1 a ; b',
  '@reboot /usr/bin/once',
  'nonsense',
  '',
].join('\n');

describe('a cron daemon', () => {
  test('has the sections that do its jobs', async () => {
    const { of } = await checkText('[program:cron]\ncommand=supercronic -quiet %(here)s/crontab\n', {
      crontab: CRONTAB,
    });
    const [finding] = of('cron-program');
    expect(finding?.advice).toEqual([
      '[program:job-1]',
      'command=/usr/bin/job --now',
      'cron=*/5 * * * *',
      '[program:job-2]',
      'command=sh -c \'cd /srv && ./backup "a b" > log\'',
      'cron=0 2 * * mon-fri',
      '[program:job-3]',
      'command=sh -c "echo \'done\' 100%%"',
      'cron=0 0 * * *',
      '[program:job-4]',
      'command=SCRIPT ; with the lines of: a ; b',
      'cron=1 1 1 1 1',
    ]);
    const { findings } = await checkText(`${finding?.advice.join('\n')}\n`);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test.each([['/usr/sbin/cron -f -l 8'], ['crond -f'], ['busybox crond -f']])(
    '%s is one',
    async (command) => {
      const { of } = await checkText(`[program:c]\ncommand=${command}\n`);
      expect(of('cron-program').map(({ section, key }) => [section, key])).toEqual([
        ['program:c', 'command'],
      ]);
    },
  );

  test('is not one by a part of its name', async () => {
    const { of } = await checkText(
      '[program:cron]\ncommand=/usr/bin/cronitor x\n[program:b]\ncommand=cat cron\n',
    );
    expect(of('cron-program')).toEqual([]);
  });
});

test('lines of a system crontab name a user', () => {
  const file = join(folderWith({ crontab: '17 *  * * *  www-data  run-parts /etc/x\n' }), 'crontab');
  expect(jobsIn(file, true)).toEqual([
    { pattern: '17 * * * *', user: 'www-data', command: 'run-parts /etc/x' },
  ]);
  expect(jobsIn('/no/such/file', true)).toEqual([]);
});
