import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { isAlive } from '../../compat/harness/processes.ts';
import { type Bench, commandPath, type Running, test, textOf } from './support.ts';

/** A launcher that stays in the foreground, and the daemon that it started and whose pid it wrote down. */
async function startLauncher(bench: Bench): Promise<{ proxy: Running; heard: () => string }> {
  const daemon = bench.script(
    'daemon',
    `for name in TERM HUP INT USR1 USR2 QUIT; do trap "echo $name >> heard" $name; done
     echo $$ > pid
     while true; do sleep 0.05; done`,
  );
  const launcher = bench.script('launcher', `${daemon}\ntrue`);
  const proxy = bench.start('pidproxy', 'pid', launcher);
  await bench.waitFor('the daemon is up', () => textOf(bench.path('pid')).endsWith('\n'));
  return { proxy, heard: () => textOf(bench.path('heard')) };
}

describe('signals', () => {
  for (const name of ['HUP', 'USR1', 'USR2'] as const) {
    test(`SIG${name} reaches the process of the pidfile, and pidproxy stays`, async ({ bench }) => {
      const { proxy, heard } = await startLauncher(bench);
      proxy.signal(`SIG${name}`);
      await bench.waitFor('the daemon has heard it', () => heard() === `${name}\n`);
      proxy.signal(`SIG${name}`);
      await bench.waitFor('the daemon has heard it again', () => heard() === `${name}\n${name}\n`);
    });
  }

  for (const name of ['TERM', 'INT', 'QUIT'] as const) {
    test(`SIG${name} reaches the process of the pidfile, and ends pidproxy with 0`, async ({ bench }) => {
      const { proxy, heard } = await startLauncher(bench);
      proxy.signal(`SIG${name}`);
      expect((await proxy.ending).code).toBe(0);
      await bench.waitFor('the daemon has heard it', () => heard() === `${name}\n`);
    });
  }

  test('the pidfile is read at each signal', async ({ bench }) => {
    const { proxy, heard } = await startLauncher(bench);
    const pid = readFileSync(bench.path('pid'), 'utf8');
    writeFileSync(bench.path('pid'), 'rubbish');
    proxy.signal('SIGTERM');
    await bench.waitFor('the error is reported', () => proxy.output() === "Can't read child pidfile pid!\n");
    writeFileSync(bench.path('pid'), ` ${pid} \n`);
    proxy.signal('SIGUSR1');
    await bench.waitFor('the daemon has heard it', () => heard() === 'USR1\n');
  });

  for (const text of ['', '0', '-1', '12 13', '1.5']) {
    test(`a pidfile of ${JSON.stringify(text)} names no process, and no process is ended`, async ({
      bench,
    }) => {
      writeFileSync(bench.path('pid'), text);
      const proxy = bench.start('pidproxy', 'pid', bench.script('wait', 'echo up; sleep 60'));
      await bench.waitFor('the command is up', () => proxy.output() === 'up\n');
      for (const name of ['TERM', 'HUP'] as const) {
        const before = proxy.output();
        proxy.signal(`SIG${name}`);
        const complaint = "Can't read child pidfile pid!\n";
        await bench.waitFor('the error is reported', () => proxy.output() === before + complaint);
      }
    });
  }

  test('a signal that came with the exit of the command is forwarded', async ({ bench }) => {
    const daemon = bench.script(
      'daemon',
      "trap 'echo TERM >> heard; exit' TERM; echo $$ > pid; while :; do sleep 0.05; done",
    );
    const command = bench.script('command', `${daemon} & echo $$ > command.pid; exec sleep 60`);
    const proxy = bench.start('pidproxy', 'pid', command);
    const pidIn = (file: string) => Number(textOf(bench.path(file)));
    await bench.waitFor('the daemon is up', () => pidIn('pid') > 0 && pidIn('command.pid') > 0);
    proxy.signal('SIGSTOP');
    proxy.signal('SIGTERM');
    process.kill(pidIn('command.pid'), 'SIGKILL');
    await bench.waitFor('the command has exited', () => !isAlive(pidIn('command.pid')));
    proxy.signal('SIGCONT');
    expect((await proxy.ending).code).toBe(0);
    await bench.waitFor('the daemon has heard it', () => textOf(bench.path('heard')) === 'TERM\n');
  });

  test('a pid without a process is reported with its file, and ends pidproxy with 1', async ({ bench }) => {
    writeFileSync(bench.path('pid'), '4194305');
    const proxy = bench.start('pidproxy', 'pid', bench.script('wait', 'echo up; sleep 60'));
    await bench.waitFor('the command is up', () => proxy.output() === 'up\n');
    proxy.signal('SIGHUP');
    expect(await proxy.ending).toMatchObject({
      code: 1,
      stderr: "Can't send SIGHUP to pid 4194305 of pid: No such process\n",
    });
  });
});

describe('the command', () => {
  test('has its arguments as they are, and our directory, environment and output', async ({ bench }) => {
    const show = bench.script('show', 'printf "<%s>" "$0" "$@" "$PWD" "$HOME"; echo oops >&2');
    const { stdout, stderr } = await bench.run('pidproxy', 'pid', './show', '-x', '', 'a b', '--');
    expect(stdout).toBe(
      ['./show', '-x', '', 'a b', '--', bench.folder, process.env.HOME ?? '']
        .map((word) => `<${word.replace('./show', show)}>`)
        .join(''),
    );
    expect(stderr).toBe('oops\n');
  });

  test('is in our process group, so that a signal to the group reaches it', async ({ bench }) => {
    const group = bench.script('group', 'cut -d" " -f5 /proc/self/stat');
    const proxy = bench.start('pidproxy', 'pid', group);
    expect((await proxy.ending).stdout).toBe(`${proxy.pid}\n`);
  });

  test('has the soft limit of open files of the parent of pidproxy', async ({ bench }) => {
    const inner = [commandPath('pidproxy'), 'pid', bench.script('limits', 'ulimit -Sn; ulimit -Hn')];
    const limited = spawnSync('sh', ['-c', 'ulimit -Sn 321; ulimit -Hn; "$@"; exit', 'sh', ...inner], {
      cwd: bench.folder,
      encoding: 'utf8',
    });
    const [hard, ...seen] = limited.stdout.trim().split('\n');
    expect(seen).toEqual(['321', hard]);
  });

  for (const [how, end] of [
    ['exits with 3', 'exit 3'],
    ['is killed', 'kill -9 $$'],
  ] as const) {
    test(`once it ${how}, pidproxy exits with 0`, async ({ bench }) => {
      expect(await bench.run('pidproxy', 'pid', bench.script('end', end))).toMatchObject({ code: 0 });
    });
  }

  test('is not looked for in PATH', async ({ bench }) => {
    expect(await bench.run('pidproxy', 'pid', 'true')).toEqual({
      code: 0,
      stdout: '',
      stderr: `Can't run ${bench.path('true')}: No such file or directory\n`,
    });
  });
});

test('without a command it prints how it is used, and exits with 1', async ({ bench }) => {
  for (const args of [[], ['pid']]) {
    const { code, stdout, stderr } = await bench.run('pidproxy', ...args);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^pidproxy -- run command and proxy signals to it via its pidfile\.\n\n/);
    expect(stdout).toMatch(/\n\nUsage: \S*pidproxy\S* <pidfile name> <command> \[<cmdarg1> \.\.\.\]\n\n$/);
  }
});
