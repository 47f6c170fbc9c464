import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { call, faultOf, infoOf, program, script, startWith, test, untilState } from './support.ts';

const SECRET = 'correct-horse-battery';

/** Writes variables into the file `seen`, and goes on. */
function showing(side: Side, variables: string): string {
  return script(
    side,
    'show.sh',
    `printf '%s\\n' "${variables}" > ${side.path('seen.new')}; mv ${side.path('seen.new')} ${side.path('seen')}; exec sleep 1000`,
  );
}

/** Every file below the folder. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('of the variables of a program, those of secret_files win over environment, and that over env_files', async ({
  side,
}) => {
  const settings = side.writeFile('settings.env', 'SHARED=file\nOWN=file\nFILE="two words"\nTOKEN=file\n');
  side.writeFile('secrets/TOKEN', `${SECRET}\n`);
  side.writeFile(
    'supervisord.conf',
    side.preamble.replace('[supervisord]\n', '[supervisord]\nenvironment=SHARED=daemon,LAST=daemon\n') +
      program('web', {
        command: showing(side, '$SHARED|$LAST|$OWN|$FILE|$TOKEN|$NAMED'),
        startsecs: 0,
        environment: 'OWN=program',
        env_files: `${settings},-${side.path('missing.env')}`,
        secret_files: `${side.path('secrets')}/*,NAMED:${side.path('secrets/TOKEN')}`,
      }),
  );
  await side.start();
  await side.waitFor('the program has written', () => side.readFile('seen').endsWith('\n'));
  expect(side.readFile('seen')).toBe(`file|daemon|program|two words|${SECRET}|${SECRET}\n`);
});

test('the files are read at each start, and hooks have their variables too', async ({ side }) => {
  const settings = side.writeFile('settings.env', 'VALUE=one\n');
  const hook = script(side, 'hook.sh', `echo "$VALUE" >> ${side.path('hooks')}`);
  await startWith(
    side,
    program('web', {
      command: showing(side, '$VALUE'),
      startsecs: 0,
      env_files: settings,
      pre_start_hook: hook,
    }),
  );
  await side.waitFor('it has started', () => side.readFile('seen') === 'one\n');
  side.writeFile('settings.env', 'VALUE=two\n');
  await call(side, 'stopProcess', 'web');
  await call(side, 'startProcess', 'web');
  await side.waitFor('it has started again', () => side.readFile('seen') === 'two\n');
  expect(side.readFile('hooks')).toBe('one\ntwo\n');
});

test('a file that cannot be used is the reason why a start fails', async ({ side }) => {
  const wrong = side.writeFile('wrong.env', 'A=1\nB="\n');
  await startWith(
    side,
    program('wrong', { command: 'sleep 1000', startretries: 0, env_files: wrong }) +
      program('missing', { command: 'sleep 1000', autostart: 'false', env_files: side.path('none') }) +
      program('folder', { command: 'sleep 1000', autostart: 'false', secret_files: `A:${side.path('.')}` }),
  );
  await untilState(side, 'wrong', 'FATAL');
  expect((await infoOf(side, 'wrong')).spawnerr).toBe(`env_files: ${wrong}, line 2: no closing quotation: "`);
  expect(await faultOf(side.rpc('supervisor.startProcess', ['missing']))).toBe('SPAWN_ERROR: missing');
  expect((await infoOf(side, 'missing')).spawnerr).toBe(
    `env_files: ${side.path('none')} cannot be read: ENOENT`,
  );
  expect(await faultOf(side.rpc('supervisor.startProcess', ['folder']))).toBe('SPAWN_ERROR: folder');
});

test('a secret is only in the program: not in files, answers, the page, the dump or command lines', async ({
  side,
}) => {
  const secret = side.writeFile('outside/secret', SECRET);
  const daemon = await startWith(
    side,
    program('web', {
      command: script(
        side,
        'run.sh',
        `[ "$TOKEN" = ${SECRET.split('').join("''")} ] && touch ${side.path('up')}; exec sleep 1000`,
      ),
      startsecs: 0,
      secret_files: `TOKEN:${secret}`,
    }),
  );
  await side.waitFor('the program has its secret', () => existsSync(side.path('up')));
  const { pid } = await untilState(side, 'web', 'RUNNING');
  const answers = await Promise.all(
    [
      ['supervisor.getAllProcessInfo'],
      ['supervisor.getAllConfigInfo'],
      ['visord.getGraph'],
      ['supervisor.readLog', 0, 0],
    ].map(([method, ...params]) => side.rpc(String(method), params)),
  );
  expect(JSON.stringify(answers)).not.toContain(SECRET);
  const dump = await side.supervisord(['-c', side.path('supervisord.conf'), '--dump-config']);
  expect(dump.stdout).toContain(`secret_files=TOKEN:${secret}`);
  expect(dump.stdout).not.toContain(SECRET);
  expect((await side.ctl(['status'])).stdout).not.toContain(SECRET);
  expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1')).not.toContain(SECRET);
  expect(readFileSync(`/proc/${daemon.pid}/environ`, 'latin1')).not.toContain(SECRET);
  const holders = filesBelow(side.dir).filter((file) => readFileSync(file, 'latin1').includes(SECRET));
  expect(holders).toEqual([secret]);
});

test('a secret that a hook or a check prints is not in the log, and not in what clients get', async ({
  side,
}) => {
  side.writeFile('secrets/TOKEN', `${SECRET}\n`);
  const secrets = { startsecs: 0, secret_files: side.path('secrets/TOKEN') };
  await startWith(
    side,
    program('checked', {
      command: 'sleep 1000',
      ...secrets,
      liveness_check_script: `sh -c 'echo "no answer to $TOKEN"; exit 1'`,
      liveness_check_period: 0.2,
      liveness_check_initial_delay: 0,
      liveness_check_failure_threshold: 1,
      liveness_check_failure_action: 'none',
    }) +
      program('hooked', {
        command: 'sleep 1000',
        ...secrets,
        startretries: 0,
        pre_start_hook: `sh -c 'echo "$TOKEN is refused"; exit 1'`,
      }),
  );
  const { description } = await untilState(side, 'hooked', 'FATAL');
  expect(description).toBe('pre_start_hook: exit status 1: *** is refused');
  await side.logged('checked: unhealthy: 1 failure: exit status 1: no answer to ***');
  expect((await infoOf(side, 'checked')).description).toContain('no answer to ***');
  expect(side.readFile('main.log')).not.toContain(SECRET);
});
