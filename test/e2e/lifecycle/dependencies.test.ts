import { expect } from 'vitest';
import { call, faultOf, infoOf, ownCtl, program, startWith, test, untilState } from '../support.ts';

const QUICK = { startsecs: 0 };
const SLEEP = { command: 'sleep 1000', ...QUICK };

test('programs start when what they depend on is there, and report what they wait for until then', async ({
  side,
}) => {
  await startWith(
    side,
    program('web', { ...SLEEP, depends_on: 'api' }) +
      program('api', { ...SLEEP, depends_on: 'migrate, cache:started' }) +
      program('migrate', {
        command: `sh -c 'test -e ${side.path('go')}'`,
        type: 'oneshot',
        depends_on: 'db',
        startretries: -1,
        backoff_limit: 0.1,
      }) +
      program('cache', SLEEP) +
      program('db', SLEEP),
  );
  await untilState(side, 'migrate', 'BACKOFF');
  expect((await infoOf(side, 'api')).description).toBe('waiting for migrate (completed)');
  expect(await infoOf(side, 'web')).toMatchObject({
    statename: 'STOPPED',
    description: 'waiting for api (running)',
  });

  side.writeFile('go', '');

  await untilState(side, 'web', 'RUNNING');
  const log = side.readFile('main.log');
  const order = ['db', 'migrate', 'api', 'web'].map((name) => log.lastIndexOf(`spawned: '${name}'`));
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

test('a start by hand starts the dependencies first, and is answered when the process runs', async ({
  side,
}) => {
  const keys = { ...SLEEP, autostart: 'false' };
  await startWith(
    side,
    program('web', { ...keys, depends_on: 'api' }) +
      program('api', { ...keys, depends_on: 'db' }) +
      program('db', keys),
  );

  expect((await side.ctl(['start', 'web'])).stdout).toBe('web: started\n');

  expect((await infoOf(side, 'db')).statename).toBe('RUNNING');
});

test('a stop cancels a wait, and a start whose dependency fails is answered with a fault', async ({
  side,
}) => {
  await startWith(
    side,
    program('api', { ...SLEEP, autostart: 'false', depends_on: 'db' }) +
      program('db', { command: 'false', startsecs: 1, startretries: 0, autostart: 'false' }),
  );
  expect(await faultOf(side.rpc('supervisor.startProcess', ['api']))).toBe(
    'ABNORMAL_TERMINATION: api (db is FATAL)',
  );
  expect(await call(side, 'startProcess', 'api', false)).toBe(true);
  expect((await infoOf(side, 'api')).description).toBe('waiting for db (running)');

  expect((await side.ctl(['stop', 'api'])).stdout).toBe('api: stopped\n');

  expect((await infoOf(side, 'api')).description).toBe('Not started');
});

test('depends_timeout makes a process FATAL', async ({ side }) => {
  await startWith(
    side,
    program('api', { ...SLEEP, depends_on: 'db:completed', depends_timeout: 0.2 }) + program('db', SLEEP),
  );
  expect((await untilState(side, 'api', 'FATAL')).description).toBe('db was not completed after 0.2 seconds');
});

test('a part stops and restarts with the whole', async ({ side }) => {
  await startWith(
    side,
    program('web', { ...SLEEP, part_of: 'db' }) +
      program('db', SLEEP) +
      program('other', { ...SLEEP, depends_on: 'db' }),
  );
  const before = await untilState(side, 'web', 'RUNNING');
  const other = await untilState(side, 'other', 'RUNNING');

  expect((await side.ctl(['stop', 'db'])).stdout).toBe('db: stopped\n');
  await side.waitFor(
    'web waits',
    async () => (await infoOf(side, 'web')).description === 'waiting for db (running)',
  );
  expect((await side.ctl(['start', 'db'])).stdout).toBe('db: started\n');

  const after = await untilState(side, 'web', 'RUNNING');
  expect(after.pid).not.toBe(before.pid);
  expect((await infoOf(side, 'other')).pid).toBe(other.pid);
});

test('a shutdown stops dependents first, whatever the priorities', async ({ side }) => {
  const daemon = await startWith(
    side,
    program('db', { ...SLEEP, priority: 999 }) +
      program('api', { ...SLEEP, priority: 500, depends_on: 'db' }) +
      program('web', { ...SLEEP, priority: 1, depends_on: 'api' }),
  );
  await untilState(side, 'web', 'RUNNING');

  expect(await daemon.stop()).toBe(0);

  const stops = [...side.readFile('main.log').matchAll(/stopped: (\w+)/g)].map(([, name]) => name);
  expect(stops).toEqual(['web', 'api', 'db']);
});

test.for([
  ['depends_on=a', 'depends_on has a cycle: a -> b -> a'],
  ['depends_on=nosuch', 'depends_on names nosuch, but there is no such program, group or process'],
])('%s is refused with section and file', async ([key = '', message = ''], { side }) => {
  const other = key === 'depends_on=a' ? 'depends_on=b' : '';
  side.writeFile(
    'supervisord.conf',
    `${side.preamble}[program:a]\ncommand=cat\n${other}\n[program:b]\ncommand=cat\n${key}\n`,
  );
  const result = await side.supervisord(['-n', '-c', side.path('supervisord.conf')]);
  expect(result.stderr).toContain(`Error: ${message} in section 'program:`);
  expect(result.code).toBe(2);
});

test('the client shows the graph, why a process waits, and what the start waited for', async ({ side }) => {
  const ctl = async (...words: string[]) => (await ownCtl(side, ...words)).stdout;
  const go = side.path('go');
  await startWith(
    side,
    program('web', { ...SLEEP, depends_on: 'api' }) +
      program('api', { ...SLEEP, depends_on: 'migrate' }) +
      program('migrate', {
        command: `sh -c 'while ! test -e ${go}; do sleep 0.05; done'`,
        startsecs: 0,
        type: 'oneshot',
      }),
  );
  await untilState(side, 'migrate', 'RUNNING');
  expect(await ctl('graph')).toBe(
    [
      'migrate  RUNNING',
      'api      STOPPED   <- !migrate (completed)',
      'web      STOPPED   <- !api (running)',
      '',
    ].join('\n'),
  );
  expect((await ctl('why', 'web')).replace(/since \d+ s/g, 'since N s')).toBe(
    'web waits for api (running) since N s\n  api waits for migrate (completed) since N s\n    migrate is RUNNING\n',
  );
  expect(await ctl('graph', '--dot')).toContain('"web" -> "api" [label="running"];');

  expect(await ctl('start', '--no-deps', 'web')).toBe('web: started\n');
  side.writeFile('go', '');
  await untilState(side, 'api', 'RUNNING');

  expect((await ctl('critical-chain', 'api')).replace(/\d+\.\d+s/g, 'Ns')).toBe(
    'api @Ns +Ns\n  migrate @Ns +Ns\n',
  );
  expect(await ctl('why', 'api')).toBe('api is RUNNING, and waits for no dependency\n');
});

test('why shows the reason of the process that everything waits for', async ({ side }) => {
  await startWith(
    side,
    program('db', {
      command: 'sleep 1000',
      startsecs: 0,
      readiness_check_script: `sh -c 'echo no such table; exit 1'`,
    }) +
      program('web', { command: 'sleep 1000', depends_on: 'db' }) +
      program('lost', { command: '/no/such/file', startretries: 0 }) +
      program('leap', { command: 'true', cron: '0 2 29 2 *' }),
  );
  const ctl = async (...words: string[]) => (await ownCtl(side, ...words)).stdout;
  await side.waitFor('the check has failed', async () =>
    (await infoOf(side, 'db')).description.includes('not ready'),
  );
  expect((await ctl('why', 'web')).replace(/since \d+ s/g, 'since N s')).toBe(
    'web waits for db (running) since N s\n  db is STARTING (not ready: exit status 1: no such table)\n',
  );
  await untilState(side, 'lost', 'FATAL');
  const { description } = await infoOf(side, 'leap');
  expect(description).toMatch(/^next run .* 02:00$/);
  expect(await ctl('why', 'leap', 'lost')).toBe(
    `leap is STOPPED (${description}), and waits for no dependency\n` +
      `lost is FATAL (can't find command '/no/such/file'), and waits for no dependency\n`,
  );
});
