/** The stock supervisorctl, which knows nothing of dependencies and checks, on a daemon that has them. */
import { expect } from 'vitest';
import type { Side } from '../../../compat/scenario.ts';
import { count, infoOf, program, startWith, test, untilState } from '../support.ts';

const SLEEP = { command: 'sleep 1000', startsecs: 0 };

/** db is ready once the file `go` exists; nothing starts by itself but `front`, which waits for `never`. */
function sections(side: Side, keysOfFront: Readonly<Record<string, string>>): string {
  const byHand = { ...SLEEP, autostart: 'false' };
  return (
    program('db', { ...byHand, readiness_check_script: `test -e ${side.path('go')}` }) +
    program('migrate', { ...byHand, command: 'true', type: 'oneshot', depends_on: 'db' }) +
    program('api', {
      ...byHand,
      numprocs: 2,
      process_name: 'api-%(process_num)d',
      depends_on: 'db, migrate',
      part_of: 'db',
    }) +
    program('web', { ...byHand, depends_on: 'api' }) +
    program('never', { ...SLEEP, readiness_check_script: 'false' }) +
    program('front', { ...SLEEP, ...keysOfFront })
  );
}

async function ctl(side: Side, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await side.ctl(words);
  return (stdout + stderr)
    .split('\n')
    .map((line) => line.replace(/ {2,}/g, ' ').trimEnd())
    .filter((line) => line !== '')
    .sort()
    .join('\n');
}

test('start, stop, restart and status are answered when what they wait for is ready', async ({ side }) => {
  await startWith(side, sections(side, {}));

  const web = ctl(side, 'start', 'web');
  await untilState(side, 'db', 'STARTING');
  await side.waitFor('web waits', async () => (await infoOf(side, 'web')).description.startsWith('waiting'));
  expect(await ctl(side, 'status', 'db', 'migrate', 'api:*', 'web')).toBe(
    [
      'api:api-0 STOPPED waiting for db (running), migrate (completed)',
      'api:api-1 STOPPED waiting for db (running), migrate (completed)',
      'db STARTING',
      'migrate STOPPED waiting for db (running)',
      'web STOPPED waiting for api (running)',
    ].join('\n'),
  );
  side.writeFile('go', '');
  expect(await web).toBe('web: started');

  expect(await ctl(side, 'restart', 'web')).toBe('web: started\nweb: stopped');
  // web has started it already.
  expect(await ctl(side, 'restart', 'web', 'api:api-0')).toBe(
    ['api:api-0: ERROR (already started)', 'api:api-0: stopped', 'web: started', 'web: stopped'].join('\n'),
  );
  expect(await ctl(side, 'start', 'migrate')).toBe('migrate: started');
  expect(await ctl(side, 'stop', 'db')).toBe('db: stopped');
  await side.waitFor('its parts wait', async () =>
    (await infoOf(side, 'api:api-1')).description.startsWith('waiting for db (running)'),
  );
  expect(await ctl(side, 'stop', 'api:*')).toBe('api:api-0: stopped\napi:api-1: stopped');
  expect(await ctl(side, 'start', 'api:*')).toBe('api:api-0: started\napi:api-1: started');
  expect((await infoOf(side, 'db')).statename).toBe('RUNNING');
  expect((await infoOf(side, 'web')).statename).toBe('RUNNING');
});

test('a restart of a program that waits begins its wait anew, and it is started once', async ({ side }) => {
  await startWith(side, sections(side, {}));
  const waits = async (): Promise<boolean> => (await infoOf(side, 'web')).description.startsWith('waiting');
  const first = ctl(side, 'start', 'web');
  await side.waitFor('web waits', waits);
  const second = ctl(side, 'restart', 'web');
  expect(await first).toBe('web: ERROR (abnormal termination)');
  await side.waitFor('web waits again', waits);

  side.writeFile('go', '');

  expect(await second).toBe('web: started\nweb: stopped');
  expect(count(side.readFile('main.log'), /spawned: 'web'/g)).toBe(1);
});

test('stop all and start all are answered for each process once', async ({ side }) => {
  side.writeFile('go', '');
  await startWith(side, sections(side, {}).replace('readiness_check_script=false', 'startsecs=0'));
  expect(await ctl(side, 'start', 'web')).toBe('web: started');

  expect(await ctl(side, 'restart', 'all')).toBe(
    ['api:api-0', 'api:api-1', 'db', 'front', 'migrate', 'never', 'web']
      .flatMap((name) =>
        name === 'migrate' ? [`${name}: started`] : [`${name}: started`, `${name}: stopped`],
      )
      .join('\n'),
  );
});

test('update and reread look at dependencies again, and refuse a cycle', async ({ side }) => {
  await startWith(side, sections(side, { depends_on: 'never' }));
  await side.waitFor('front waits', async () =>
    (await infoOf(side, 'front')).description.startsWith('waiting for never'),
  );

  const config = side.preamble + sections(side, { depends_on: 'never, web' });
  side.writeFile('supervisord.conf', config.replace('[program:db]\n', '[program:db]\ndepends_on=front\n'));
  const refused = await ctl(side, 'reread');
  expect(refused).toContain('ERROR: CANT_REREAD: ');
  expect(refused).toContain('depends_on has a cycle: ');
  for (const name of ['front -> web', 'web -> api', '-> db', 'db -> front']) {
    expect(refused).toContain(name);
  }
  expect((await infoOf(side, 'front')).description).toMatch(/^waiting for never/);

  side.writeFile('supervisord.conf', side.preamble + sections(side, {}));
  expect(await ctl(side, 'reread')).toBe('front: changed');
  expect(await ctl(side, 'update')).toBe('front: stopped\nfront: updated process group');
  await untilState(side, 'front', 'RUNNING');

  // A dependency that is taken away holds nothing back.
  side.writeFile('supervisord.conf', side.preamble + sections(side, { depends_on: 'never' }));
  await ctl(side, 'update');
  await side.waitFor('front waits again', async () =>
    (await infoOf(side, 'front')).description.startsWith('waiting for never'),
  );
  expect(await ctl(side, 'stop', 'never')).toBe('never: stopped');
  expect(await ctl(side, 'remove', 'never')).toBe('never: removed process group');
  await untilState(side, 'front', 'RUNNING');
});

test('reload begins waits anew, and shutdown ends them', async ({ side }) => {
  const daemon = await startWith(side, sections(side, { depends_on: 'never' }));
  const waits = async (): Promise<boolean> =>
    (await infoOf(side, 'front')).description.startsWith('waiting for never');
  await side.waitFor('front waits', waits);

  expect(await ctl(side, 'reload')).toBe('Restarted supervisord');
  await side.logged('supervisord started with pid', { times: 2 });
  await side.waitFor('front waits again', waits);
  const started = ctl(side, 'start', 'web');
  await untilState(side, 'db', 'STARTING');

  expect(await ctl(side, 'shutdown')).toBe('Shut down');

  expect(await daemon.exited()).toBe(0);
  expect(await started).not.toBe('web: started');
});
