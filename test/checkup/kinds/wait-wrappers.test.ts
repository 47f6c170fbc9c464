/** Commands that wait before they start the program, and the keys that do it without a wrapper. */
import { describe, expect, test } from 'vitest';
import { wrapperOf } from '../../../src/checkup/kinds/wait-wrappers.ts';
import { checkText } from '../support.ts';

const PG = { kind: 'tcp', host: 'db', port: '5432' };

describe('a wrapper', () => {
  test.each([
    ['sh -c "sleep 5 && exec web -x"', [{ kind: 'time', seconds: '5' }], 'web -x'],
    [
      '/bin/bash -c "sleep 2; nginx -g \'daemon off;\'"',
      [{ kind: 'time', seconds: '2' }],
      "nginx -g 'daemon off;'",
    ],
    ['wait-for-it.sh db:5432 -t 30 -- python -m app', [PG], 'python -m app'],
    ['/app/wait-for db:5432 -- web "a b"', [PG], 'web "a b"'],
    ['sh wait-for-it.sh db:5432 --strict -- web', [PG], 'web'],
    ['dockerize -wait tcp://db:5432 -timeout 60s web --port 80', [PG], 'web --port 80'],
    ['dockerize -wait http://api:80/health web', [{ kind: 'check', script: 'http://api:80/health' }], 'web'],
    ['sh -c "until nc -z db 5432; do sleep 1; done; exec web"', [PG], 'web'],
    ['sh -c "while ! nc -z -w 1 db 5432 2>/dev/null; do sleep 0.1; done && web"', [PG], 'web'],
    ['bash -c "until (echo > /dev/tcp/db/5432) 2>/dev/null; do sleep 1; done; web"', [PG], 'web'],
    [
      'sh -c "until pg_isready -h db >/dev/null 2>&1; do sleep 1; done; web"',
      [{ kind: 'check', script: 'pg_isready -h db' }],
      'web',
    ],
    ['sh -c "wait-for-it db:5432 && exec web"', [PG], 'web'],
    ['sh -c "sleep 1 && migrate && web"', [{ kind: 'time', seconds: '1' }], null],
    ['sh -c "sleep 1 && web $PORT"', [{ kind: 'time', seconds: '1' }], null],
  ])('%s', (command, targets, inner) => {
    expect(wrapperOf(command)).toEqual({ targets, command: inner });
  });

  test.each([
    ['sleep 5'],
    ['sh -c "web && sleep 5"'],
    ['sh -c "exec web"'],
    ['web --wait-for-it db:5432'],
    ['sh -c "while true; do job; sleep 60; done"'],
    ['wait-for-it.sh'],
    ['sh -c'],
    ['sh -c "unclosed'],
  ])('is not: %s', (command) => {
    expect(wrapperOf(command)).toBeNull();
  });
});

describe('the advice', () => {
  const adviceFor = async (text: string) =>
    (await checkText(text)).of('wait-wrapper').map(({ advice }) => advice);

  test('names the program that listens', async () => {
    expect(
      await adviceFor(
        '[program:db]\ncommand=/usr/lib/postgresql/15/bin/postgres -D /data\n' +
          '[program:web]\ncommand=wait-for-it localhost:5432 -- web\n',
      ),
    ).toEqual([
      ['command=web', 'depends_on=db', '[program:db]', 'readiness_check_script=tcp://localhost:5432'],
    ]);
  });

  test('has a hook for another machine', async () => {
    expect(await adviceFor('[program:web]\ncommand=wait-for-it db.example:5432 -- web\n')).toEqual([
      ['command=web', 'pre_start_hook=sh -c "until nc -z db.example 5432; do sleep 1; done"'],
    ]);
  });

  test('leaves the name open where it cannot be known', async () => {
    expect(await adviceFor('[program:web]\ncommand=sh -c "sleep 3 && exec web"\n')).toEqual([
      [
        'command=web',
        'depends_on=NAME',
        '; in the section of what it waits for:',
        'readiness_check_script=tcp://127.0.0.1:PORT',
      ],
    ]);
  });
});

test('httpok of superlance has a liveness check', async () => {
  const { of } = await checkText(
    '[eventlistener:h]\ncommand=/usr/bin/httpok -p a -p b -t 20 http://127.0.0.1:8080/\nevents=TICK_60\n',
  );
  expect(of('httpok-listener')[0]?.advice).toEqual([
    '[program:a]',
    'liveness_check_script=http://127.0.0.1:8080/',
    'liveness_check_timeout=20',
    '[program:b]',
    'liveness_check_script=http://127.0.0.1:8080/',
    'liveness_check_timeout=20',
  ]);
});
