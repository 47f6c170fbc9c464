import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { fsencode } from '../../src/python/fs-encoding.ts';
import { count, killAtRest, program, SUPERVISORD, test, untilState } from './support.ts';

const SUPERVISORCTL = join(SUPERVISORD, '../supervisorctl');

/** Puts a file below a folder whose name is not UTF-8. */
function write(side: Side, name: string, text: string): void {
  writeFileSync(fsencode(join(side.path('d\udce9'), name)), text);
}

function read(side: Side, name: string): string {
  return readFileSync(fsencode(join(side.path('d\udce9'), name)), 'latin1');
}

/** A shell command in which $d is the folder, $conf the configuration, and ODD a variable that is not UTF-8. */
function shell(side: Side, command: string): Promise<{ stdout: string; stderr: string; code: number }> {
  const names = `d="$1/$(printf 'd\\351')" conf="$1/$(printf 'd\\351/caf\\351').conf"`;
  const script = `${names}; ODD=$(printf '\\344\\377'); export ODD; ${command}`;
  return side.command('sh', ['-c', script, 'sh', side.dir, SUPERVISORD, SUPERVISORCTL]);
}

const COUNTER = "/bin/sh -c 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done'";

test('paths, arguments and variables that are not UTF-8 stay what they are', async ({ side }) => {
  mkdirSync(fsencode(side.path('d\udce9')));
  const programs = [
    program('prints', {
      command: '/bin/sh -c \'echo "$ODD"; echo "$MINE"; echo "$0"; pwd; exec sleep 600\' %(ENV_ODD)s',
      environment: 'MINE="%(ENV_ODD)s"',
      directory: '%(here)s',
      stdout_logfile: '%(here)s/prints.log',
    }),
    program('counts', { command: COUNTER, stdout_logfile: '%(here)s/counts.log' }),
    '[include]\nfiles=more*.conf\n',
    '[unix_http_server:odd]\nfile=%(here)s/odd.sock\n',
    '[supervisorctl]\nserverurl=unix://%(here)s/odd.sock\n',
  ];
  write(side, 'caf\udce9.conf', side.preamble + programs.join(''));
  write(side, 'more\udcff.conf', program('included', { command: '/bin/sleep 600', startsecs: 0 }));

  expect(await shell(side, '"$2" -c "$conf"')).toEqual({ stdout: '', stderr: '', code: 0 });
  const daemon = side.daemonAt(side.path('supervisord.pid'));
  await untilState(side, 'prints', 'RUNNING');
  await untilState(side, 'included', 'RUNNING');
  await side.waitFor('it has printed', () => count(read(side, 'prints.log'), /\n/g) === 4);
  const folder = fsencode(side.path('d\udce9')).toString('latin1');
  expect(read(side, 'prints.log')).toBe(`\xe4\xff\n\xe4\xff\n\xe4\xff\n${folder}\n`);
  expect(side.readFile('main.log')).toContain(`/d\\udce9/more\\udcff.conf" during parsing`);

  const unknown = await shell(side, `"$3" -c "$conf" "$(printf 'caf\\351')" | od -An -c | tr -d ' \\n'`);
  expect(unknown.stdout).toMatch(/caf351\\n$/);
  const { stdout } = await shell(side, '"$3" -c "$conf" status included');
  expect(stdout).toMatch(/^included +RUNNING /);

  const { pid } = await untilState(side, 'counts', 'RUNNING');
  daemon.signal('SIGUSR1');
  await side.logged(/supervisord started with pid \d+$/, { times: 2 });
  await side.waitFor('it answers again', async () => 'result' in (await side.rpc('supervisor.getPID')));
  expect((await untilState(side, 'counts', 'RUNNING')).pid).toBe(pid);

  await killAtRest(side, daemon);
  expect((await shell(side, '"$2" -c "$conf"')).code).toBe(0);
  const next = side.daemonAt(side.path('supervisord.pid'));
  expect((await untilState(side, 'counts', 'RUNNING')).pid).toBe(pid);
  const seen = count(read(side, 'counts.log'), /\n/g);
  await side.waitFor('it counts on', () => count(read(side, 'counts.log'), /\n/g) > seen);
  await next.stop();
  const lines = read(side, 'counts.log').trim().split('\n');
  expect(lines).toEqual(lines.map((_, index) => String(index + 1)));
});
