/** The whole client on a real terminal, against a real daemon. */
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import type { CommandResult, Side } from '../../compat/scenario.ts';
import { program, STRANGER, startWith, test, untilState } from '../e2e/support.ts';
import { fromSetup, needing, ROOT } from '../needs.ts';

const CLIENT = fileURLToPath(new URL('../../dist/bin/supervisorctl.cjs', import.meta.url));

/**
 * Runs the client on a terminal of a size, types keys when a text has come, and prints all that it wrote.
 */
const ON_TERMINAL = `
import fcntl, json, os, pty, select, signal, struct, sys, termios, time
job = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(job['environment'])
    os.execv(job['command'][0], job['command'])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', job['rows'], job['columns'], 0, 0))
out = b''
steps = [(after.encode(), keys) for after, keys in job['steps']]
end = time.monotonic() + 60
seen = 0
while time.monotonic() < end:
    if steps and steps[0][0] in out[seen:]:
        seen = len(out)
        keys = steps.pop(0)[1]
        os.write(fd, keys.encode())
    if not select.select([fd], [], [], 0.05)[0]:
        continue
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    out += data
try:
    os.kill(pid, signal.SIGKILL if time.monotonic() >= end else 0)
except OSError:
    pass
status = os.waitpid(pid, 0)[1]
code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
print(json.dumps({'out': out.decode(errors='replace'), 'code': code}))
`;

interface Shown {
  readonly out: string;
  /** Below zero: the signal that ended it. */
  readonly code: number;
}

interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

async function onTerminal(
  side: Side,
  args: readonly string[],
  steps: readonly (readonly [after: string, keys: string])[],
  { columns = 100, rows = 12, environment = {} }: TerminalOptions = {},
): Promise<Shown> {
  const job = {
    command: [process.execPath, CLIENT, '-c', side.path('ctl.conf'), ...args],
    steps,
    columns,
    rows,
    environment: { TERM: 'xterm', ...environment },
  };
  const { stdout, stderr } = await side.python(ON_TERMINAL, [JSON.stringify(job)], { seconds: 100 });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

function client(side: Side, ...args: readonly string[]): Promise<CommandResult> {
  return side.command(process.execPath, [CLIENT, '-c', side.path('ctl.conf'), ...args]);
}

describe('on a terminal', () => {
  const quick = { command: '/bin/cat', startsecs: 0 };

  test('each TAB completes, however many keys the terminal sends at once', async ({ side }) => {
    await startWith(side, program('web', quick) + program('worker', quick));
    const { out, code } = await onTerminal(
      side,
      [],
      [
        ['supervisor> ', 'pid w\t\t'],
        ['supervisor> pid w', 'o\t\r'],
        ['supervisor> ', 'vers\t\rpid n\t\r'],
        ['No such process n', 'qui\t\r'],
      ],
      { environment: { NO_COLOR: '1' } },
    );
    expect(out).toMatch(/pid w[^\n]*\r\n\r*web {2,}worker/);
    expect(out).toMatch(/orker \r+\n\d+\r\n/);
    expect(out).toMatch(/version \s*pid n\s+4\.3\.0\r\n\s*No such process n\r/);
    expect(code).toBe(0);
  });

  test('a mistyped flag is named with the nearest one, and --help lists all actions', async ({ side }) => {
    side.writeFile('ctl.conf', '[supervisorctl]\n');
    const mistyped = await onTerminal(side, ['--fleeet'], []);
    expect(mistyped.out).toMatch(
      /^Error: option --fleeet not recognized\r\nFor help, .*\r\nDid you mean --fleet\?\r\n$/,
    );
    expect(mistyped.code).toBe(2);
    const { out, code } = await onTerminal(side, ['--help'], []);
    expect(out).toMatch(/^Actions:\r\n {2}add +Adds groups/m);
    expect(out).toMatch(/^ {2}watch +Shows every process live/m);
    expect(code).toBe(0);
    const piped = await client(side, '--help');
    expect(piped.stdout).not.toContain('Actions:');
  });

  test('states have colours unless NO_COLOR refuses them', async ({ side }) => {
    await startWith(side, program('web', quick));
    await untilState(side, 'web', 'RUNNING');
    const painted = await onTerminal(side, ['status'], []);
    const plain = await onTerminal(side, ['status'], [], { environment: { NO_COLOR: '1' } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
    expect(painted.out).toMatch(/\u001b\[32mweb +RUNNING/);
    expect(plain.out).not.toContain('\u001b');
  });

  test('a history that cannot be kept does not fail the session', async ({ side }) => {
    await startWith(side, program('web', quick));
    side.writeFile(
      'ctl.conf',
      `[supervisorctl]\nserverurl=unix://${side.path('s.sock')}\nhistory_file=/proc/nope/history\n`,
    );
    const { out, code } = await onTerminal(side, [], [['supervisor> ', 'quit\r']]);
    expect(out).toContain('supervisorctl: the history is lost: ENOENT');
    expect(code).toBe(0);
    const { stderr } = await side.command(process.execPath, [CLIENT, '-c', side.path('ctl.conf')], {
      stdin: 'quit\n',
    });
    expect(stderr).toBe('');
  });

  test('logs follows several programs, with their names in front', async ({ side }) => {
    const speaks = (word: string) => ({
      command: `/bin/sh -c "while :; do echo ${word}; sleep 0.1; done"`,
      startsecs: 0,
    });
    await startWith(side, program('one', speaks('grüße')) + program('another', speaks('hello')));
    await untilState(side, 'another', 'RUNNING');
    const { out, code } = await onTerminal(
      side,
      ['logs'],
      [
        ['one     | grüße\r\n', ''],
        ['another | hello\r\n', '\u0003'],
      ],
      { environment: { NO_COLOR: '1' } },
    );
    expect(out).toContain('one     | grüße\r\n');
    expect(out).toContain('another | hello\r\n');
    expect(code).toBe(0);
  });
});

describe('in a pipe', () => {
  test('a reader that goes away ends the client quietly', async ({ side }) => {
    await startWith(
      side,
      program('web', {
        command: '/bin/cat',
        numprocs: 300,
        process_name: '%(program_name)s_%(process_num)d',
        autostart: 'false',
      }),
    );
    const { stderr, stdout } = await side.command('/bin/sh', [
      '-c',
      `"$0" "$1" -c "$2" status | head -1`,
      process.execPath,
      CLIENT,
      side.path('ctl.conf'),
    ]);
    expect([stdout.split('\n').length, stderr]).toEqual([2, '']);
  });

  /** How each shell is asked what it would offer at the end of a line; the words come one a line. */
  const SHELLS = {
    bash: `source <(supervisorctl -c "$2" completion bash); COMP_LINE=$3; COMP_POINT=\${#3}; _supervisorctl; printf '%s\\n' "\${COMPREPLY[@]}"`,
    zsh: `compdef() { :; }; compadd() { print -l -- \${(M)choices:#$words[CURRENT]*}; }; source <(supervisorctl -c "$2" completion zsh); words=(\${(s: :)3}); [[ $3 == *' ' ]] && words+=(''); CURRENT=$#words; _supervisorctl`,
    fish: `supervisorctl -c $argv[2] completion fish | source; complete -C $argv[3] | string replace -r '\\t.*' ''`,
  } as const;

  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    needing(test, fromSetup(shell))(`the completion script completes in ${shell}`, async ({ side }) => {
      await startWith(
        side,
        program('web-1', { command: '/bin/cat' }) +
          program('left', { command: '/bin/cat' }) +
          '[group:pair]\nprograms=left\n',
      );
      side.writeFile('bin/supervisorctl', `#!/bin/sh\nexec '${process.execPath}' '${CLIENT}' "$@"\n`, 0o755);
      const complete = async (line: string): Promise<string[]> => {
        const script = SHELLS[shell];
        const whole = `supervisorctl -c ${side.path('ctl.conf')} ${line}`;
        const name = shell === 'fish' ? [] : [shell];
        const { stdout, stderr } = await side.command(
          shell,
          ['-c', script, ...name, side.path('bin'), side.path('ctl.conf'), whole],
          { environment: { PATH: `${side.path('bin')}:${process.env.PATH}`, HOME: side.path('home') } },
        );
        if (stderr !== '') throw new Error(stderr);
        return stdout.trimEnd().split('\n').toSorted();
      };
      expect(await complete('sta')).toEqual(['start', 'status']);
      expect(await complete('start ')).toEqual(['pair:*', 'pair:left', 'web-1']);
      expect(await complete('stop web-1 pair:')).toEqual(
        shell === 'bash' ? ['*', 'left'] : ['pair:*', 'pair:left'],
      );
      expect(await complete('update ')).toEqual(['pair', 'web-1']);
      expect(await complete('signal HU')).toEqual(['HUP']);
      expect(await complete('signal HUP web')).toEqual(['web-1']);
      expect(await complete('completion f')).toEqual(['fish']);
      expect(await complete('help mainta')).toEqual(['maintail']);
      expect(await complete('restart web-1 --')).toEqual(['--max-unavailable', '--rolling']);
      expect(await complete('restart --rolling web')).toEqual(['web-1']);
      expect(await complete('tail -')).toEqual(['-f']);
      expect(await complete('tail web-1 std')).toEqual(['stderr', 'stdout']);
      expect(await complete('--pat')).toEqual(['--patterns']);
    });
  }

  needing(test, ROOT)('a socket of another user is reported as such', async ({ side }) => {
    await startWith(side, '');
    const { stdout, code } = await side.command('setpriv', [
      `--reuid=${STRANGER}`,
      `--regid=${STRANGER}`,
      '--clear-groups',
      process.execPath,
      CLIENT,
      '-c',
      side.path('ctl.conf'),
      'status',
    ]);
    expect(stdout).toMatch(/^error: unix:.* permission denied: the socket belongs to another user/);
    expect(code).toBe(1);
  });

  test('a name list of all kinds is answered as JSON', async ({ side }) => {
    await startWith(side, program('web', { command: '/bin/cat', autostart: 'false' }));
    const { stdout, code } = await client(side, 'status', '--json');
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'web', statename: 'STOPPED' }]);
    expect(code).toBe(3);
  });
});
