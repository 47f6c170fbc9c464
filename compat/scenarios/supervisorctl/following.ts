/**
 * `tail -f`, `maintail -f` and `fg` through the stock client on a terminal.
 *
 * @module
 */
import type { Scenario, Side } from '../../scenario.ts';
import { resultOf, untilLogged, untilState } from '../support/calls.ts';
import { program, writePrograms } from '../support/programs.ts';
import { PYTHON_SERVER } from '../support/python.ts';

export const ctlFollowing: Scenario = {
  name: 'supervisorctl-following',
  title: 'tail -f, maintail -f and fg on a terminal, with input for a real program',
  needs: ['python:pexpect', 'command:supervisorctl'],
  run: async (side) => {
    writePrograms(side);
    side.writeFile(
      'supervisord.conf',
      side.preamble +
        [
          program('echo', side.path('echo.sh'), 'autostart=true'),
          program('ticks', '/bin/sh -c "i=0; while :; do echo tick $i; i=$((i+1)); sleep 0.2; done"'),
          program('off', '/bin/cat'),
        ].join('\n'),
    );
    await side.start();
    await untilState(side, 'echo', 'RUNNING');
    await untilLogged(side, 'echo', 'ready');
    await observeTerminal(side, 'fg', ['fg', 'echo'], FOREGROUND);
    await observeTerminal(side, 'fg of what stops', ['fg', 'echo'], STOPPING);
    for (const args of [['fg'], ['fg', 'nope'], ['fg', 'off'], ['fg', 'off', 'echo']]) {
      const { stdout, stderr, code } = await side.ctl(args);
      side.observe(`supervisorctl ${args.join(' ')}`, { stdout, stderr, code });
    }
    await resultOf(side, 'startProcess', 'ticks');
    await observeTerminal(side, 'tail -f', ['tail', '-f', 'ticks'], TAILING);
    await resultOf(side, 'stopProcess', 'ticks');
    await observeTerminal(side, 'tail -f of nothing', ['tail', '-f', 'nope'], REFUSED);
    await observeTerminal(side, 'tail -f stderr', ['tail', '-f', 'echo', 'stderr'], ERRORS);
    await observeTerminal(side, 'maintail -f', ['maintail', '-f'], MAIN);
  },
};

/**
 * Lines of Python for `client`, a pexpect child; `seen` collects what matters.
 * After `fg` the client's own thread may go on, so its end is not waited for.
 */
const FOREGROUND = `
client.expect('Press Ctrl-C to exit')
client.expect('ready')
for word in ('hello', 'gr\\u00fc\\u00dfe'):
    client.sendline(word)
    client.expect('out ' + word)
    seen.append(client.after)
client.sendintr()
client.expect('Exiting foreground')
seen.append(client.after)
`;

const STOPPING = `
client.expect('Press Ctrl-C to exit')
client.expect('ready')
s.supervisor.stopProcess('echo')
client.sendline('hello')
client.expect('Process got killed')
seen.append(client.after)
client.expect('Exiting foreground')
s.supervisor.startProcess('echo')
`;

const TAILING = `
client.expect('Press Ctrl-C to exit')
numbers = []
for _ in range(6):
    client.expect('tick ([0-9]+)\\r\\n')
    numbers.append(int(client.match.group(1)))
seen.append(['consecutive', numbers == list(range(numbers[0], numbers[0] + 6))])
client.sendintr()
client.expect(pexpect.EOF)
`;

const REFUSED = `
client.expect('Press Ctrl-C to exit')
client.expect(pexpect.EOF)
seen.append(client.before)
`;

const ERRORS = `
client.expect('Press Ctrl-C to exit')
s.supervisor.sendProcessStdin('echo', 'to both\\n')
client.expect('err to both\\r\\n')
seen.append(client.after)
client.sendintr()
client.expect(pexpect.EOF)
`;

const MAIN = `
client.expect('Press Ctrl-C to exit')
s.supervisor.startProcess('off')
client.expect("spawned: 'off' with pid [0-9]+")
client.expect('success: off entered RUNNING state[^\\r]*')
seen.append(client.after)
until_executed('off')
s.supervisor.stopProcess('off')
client.expect('stopped: off [^\\r]*')
seen.append(client.after)
client.sendintr()
client.expect(pexpect.EOF)
`;

async function observeTerminal(
  side: Side,
  what: string,
  args: readonly string[],
  script: string,
): Promise<void> {
  const driver = `${PYTHON_SERVER}
import json, sys, time, pexpect
s = server(sys.argv[1])
client = pexpect.spawn(sys.argv[2], sys.argv[3:], timeout=40, encoding='utf-8', echo=False)
seen = []

def until_executed(name):
    # Before it executes its program the reference's child loses signals.
    pid = s.supervisor.getProcessInfo(name)['pid']
    while b'supervisord.conf' in open('/proc/%d/cmdline' % pid, 'rb').read():
        time.sleep(0.01)

try:
${script.replace(/^/gm, '    ')}
except pexpect.ExceptionPexpect as problem:
    seen.append([type(problem).__name__, client.before if isinstance(client.before, str) else ''])
finally:
    client.close(force=True)
print(json.dumps({'seen': seen, 'code': client.exitstatus, 'signal': client.signalstatus}))
`;
  const client = ['supervisorctl', '-c', side.path('ctl.conf'), ...args];
  const { stdout, stderr } = await side.python(driver, [side.path('s.sock'), ...client], { seconds: 120 });
  if (stdout === '') throw new Error(`${what}: ${stderr}`);
  side.observe(what, JSON.parse(stdout));
}
