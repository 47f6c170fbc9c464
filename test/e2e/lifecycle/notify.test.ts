import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { PYTHON } from '../../../compat/harness/debian.ts';
import type { Side } from '../../../compat/scenario.ts';
import { needing, ROOT } from '../../needs.ts';
import { call, infoOf, program, script, startWith, waitingTest as test, untilState } from '../support.ts';

/** A program that sends each line of the file `say` to NOTIFY_SOCKET, `\n` in it as a line end, as soon as it is there. */
function talker(side: Side): string {
  side.writeFile(
    'talk.py',
    `import os, socket, sys, time
sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
print(os.environ.get('WATCHDOG_USEC'), os.environ.get('WATCHDOG_PID'), os.getpid(), flush=True)
said = 0
while True:
    try:
        lines = open(sys.argv[1]).read().split('\\n')[:-1]
    except OSError:
        lines = []
    for line in lines[said:]:
        try:
            sender.sendto(line.replace('\\\\n', '\\n').encode(), os.environ['NOTIFY_SOCKET'])
        except OSError:
            break
        said += 1
    time.sleep(0.01)
`,
  );
  return `${PYTHON} ${side.path('talk.py')} ${side.path('say')}`;
}

function settings(side: Side): Readonly<Record<string, string | number>> {
  return { command: talker(side), startsecs: 0, stopsignal: 'KILL', readiness_check_script: 'notify' };
}

test('a process is RUNNING when it reports READY=1, and shows its status', async ({ side }) => {
  await startWith(side, program('web', settings(side)));
  side.writeFile('say', 'STATUS=loading 1 of 2\n');
  await untilState(side, 'web', 'STARTING');
  await side.waitFor('its status', async () => (await infoOf(side, 'web')).description === 'loading 1 of 2');
  side.writeFile('say', 'STATUS=loading 1 of 2\nREADY=1\\nSTATUS=servé <1> & 2\n');
  await untilState(side, 'web', 'RUNNING');
  expect((await infoOf(side, 'web')).description).toMatch(/^pid \d+, uptime 0:00:\d\d, servé <1> & 2$/);
  const [all] = (await call(side, 'getAllProcessInfo')) as unknown as { description: string }[];
  expect(all?.description).toMatch(/, servé <1> & 2$/);
});

test('RELOADING=1 is shown until READY=1 comes again', async ({ side }) => {
  side.writeFile('say', 'READY=1\nRELOADING=1\n');
  await startWith(side, program('web', settings(side)));
  await side.waitFor('reloading', async () =>
    (await infoOf(side, 'web')).description.endsWith(', reloading'),
  );
  side.writeFile('say', 'READY=1\nRELOADING=1\nREADY=1\n');
  await side.waitFor('reloaded', async () => /\d$/.test((await infoOf(side, 'web')).description));
});

test('a datagram of another process is refused, and logged once', async ({ side }) => {
  await startWith(side, program('web', settings(side)));
  const { pid } = await untilState(side, 'web', 'STARTING');
  let socket: string | undefined;
  await side.waitFor('the environment of the program', () => {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    socket = environment.find((entry) => entry.startsWith('NOTIFY_SOCKET='))?.slice(14);
    return socket !== undefined;
  });
  const stranger = script(
    side,
    'stranger.sh',
    `exec ${PYTHON} -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.sendto(b"READY=1", sys.argv[1])
s.sendto(b"READY=1", sys.argv[1])
input()' ${socket}`,
  );
  side.writeFile(
    'supervisord.conf',
    `${side.readFile('supervisord.conf')}\n${program('other', { command: stranger })}`,
  );
  await side.ctl(['update']);
  const refusal = 'web: a notification of another process is ignored';
  await side.logged(refusal);
  expect((await infoOf(side, 'web')).statename).toBe('STARTING');
  expect(side.readFile('main.log').split(refusal)).toHaveLength(2);
});

test('EXTEND_TIMEOUT_USEC gives a process more time to become ready', async ({ side }) => {
  side.writeFile('say', 'EXTEND_TIMEOUT_USEC=600000000\n');
  await startWith(side, program('web', { ...settings(side), readiness_timeout: 10 }));
  const { pid } = await untilState(side, 'web', 'STARTING');
  await new Promise((resolve) => setTimeout(resolve, 11_000));
  expect(await infoOf(side, 'web')).toMatchObject({ statename: 'STARTING', pid });
});

test('a process that does not report WATCHDOG=1 in time is restarted', async ({ side }) => {
  await startWith(
    side,
    program('web', { ...settings(side), watchdog_sec: 0.5, stdout_logfile: side.path('out') }),
  );
  side.writeFile('say', 'READY=1\n');
  const { pid } = await untilState(side, 'web', 'RUNNING');
  await side.logged(`500000 ${pid} ${pid}\n`, { file: 'out' });
  await side.logged('restarting web: no WATCHDOG=1 for 0.5 seconds');
  await side.waitFor('another process', async () => ![0, pid].includes((await infoOf(side, 'web')).pid));
});

test('after a kill -9 of the daemon the process reports to the next one', async ({ side }) => {
  const daemon = await startWith(side, program('web', settings(side)));
  const { pid } = await untilState(side, 'web', 'STARTING');
  daemon.signal('SIGKILL');
  await daemon.exited();
  await side.start();
  side.writeFile('say', 'READY=1\n');
  expect((await untilState(side, 'web', 'RUNNING')).pid).toBe(pid);
});

needing(test, ROOT)('a program with user= can report', async ({ side }) => {
  const send = "s.sendto(b'READY=1',os.environ['NOTIFY_SOCKET'])";
  // Other users can enter the folder of the test, and so the runtime folder in it.
  chmodSync(side.path('.'), 0o711);
  mkdirSync(side.path('run'), { mode: 0o755 });
  const code = `import os,socket,time;s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM);${send};time.sleep(1000)`;
  await startWith(
    side,
    program('web', {
      ...settings(side),
      user: 'nobody',
      command: `${PYTHON} -c "${code}"`,
      redirect_stderr: 'true',
      stdout_logfile: side.path('out'),
    }),
    { environment: { RUNTIME_DIRECTORY: side.path('run') } },
  );
  await untilState(side, 'web', 'RUNNING');
});
