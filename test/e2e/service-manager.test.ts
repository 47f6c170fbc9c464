import { closeSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { PYTHON } from '../../compat/harness/debian.ts';
import type { Side } from '../../compat/scenario.ts';
import { bindDatagram, receiveDatagram } from '../../src/native/posix.ts';
import { test as base, program, SUPERVISORD, startWith, untilState } from './support.ts';

interface Message {
  readonly pid: number;
  readonly fields: readonly string[];
}

/** What stands in for systemd: a socket, and the messages that were sent to it so far. */
interface Manager {
  readonly environment: { readonly NOTIFY_SOCKET: string };
  readonly messages: readonly Message[];
  /** Waits for a message with the field that follows those that were waited for before; returns it. */
  next(field: string): Promise<Message>;
  /** Waits until some message has had the field. */
  until(field: string): Promise<void>;
}

const test = base.extend<{ manager: Manager }>({
  manager: async ({ side }, use) => {
    const path = side.path('notify');
    const fd = bindDatagram(path, 0o666);
    const buffer = Buffer.alloc(8192);
    const messages: Message[] = [];
    let seen = 0;
    const receive = (): void => {
      for (let one = receiveDatagram(fd, buffer); one !== null; one = receiveDatagram(fd, buffer)) {
        messages.push({ pid: one.pid, fields: buffer.toString('utf8', 0, one.length).split('\n') });
      }
    };
    await use({
      environment: { NOTIFY_SOCKET: path },
      get messages() {
        receive();
        return messages;
      },
      next: async (wanted) => {
        let found: Message | undefined;
        await side.waitFor(`message ${wanted}`, () => {
          receive();
          for (; seen < messages.length && found === undefined; seen += 1) {
            const message = messages[seen];
            if (message?.fields.includes(wanted)) found = message;
          }
          return found !== undefined;
        });
        return found ?? { pid: 0, fields: [] };
      },
      until: (wanted) =>
        side.waitFor(`message ${wanted}`, () => {
          receive();
          return messages.some(({ fields }) => fields.includes(wanted));
        }),
    });
    closeSync(fd);
  },
});

const CAT = program('cat', { command: '/bin/cat', startsecs: 0 });

/** A watchdog that runs out after a minute: one message in 30 seconds, and one with each report. */
const SLOW_WATCHDOG = { WATCHDOG_USEC: '60000000' };

test('the daemon reports that it is ready, how its programs are, and that it stops', async ({
  side,
  manager,
}) => {
  const { environment } = manager;
  const daemon = await startWith(side, CAT + program('bad', { command: '/nowhere', autostart: 'false' }), {
    environment,
  });
  const ready = await manager.next('READY=1');
  expect(ready.pid).toBe(daemon.pid);
  expect(ready.fields).not.toContain('WATCHDOG=1');
  expect(ready.fields.some((field) => field.startsWith('MAINPID='))).toBe(false);
  await manager.until('STATUS=2 processes: 1 STOPPED, 1 RUNNING');
  await side.ctl(['stop', 'cat']);
  await manager.until('STATUS=2 processes: 2 STOPPED');
  await daemon.stop();
  const { fields } = await manager.next('STOPPING=1');
  expect(fields).toEqual(['STOPPING=1', 'EXTEND_TIMEOUT_USEC=30000000', 'STATUS=stopping']);
});

test('a stop of the daemon may take as long as its programs may', async ({ side, manager }) => {
  const slow = program('slow', { command: '/bin/cat', startsecs: 0, stopwaitsecs: 100 });
  const daemon = await startWith(side, slow, { environment: manager.environment });
  await manager.until('STATUS=1 process: 1 RUNNING');
  await daemon.stop();
  const { fields } = await manager.next('STOPPING=1');
  const [, microseconds] = /^EXTEND_TIMEOUT_USEC=(\d+)$/.exec(fields[1] ?? '') ?? [];
  expect(Number(microseconds)).toBeGreaterThanOrEqual(130e6);
  expect(fields[2]).toBe('STATUS=stopping: waiting for slow');
});

test('the watchdog gets a report twice in its time', async ({ side, manager }) => {
  const { environment } = manager;
  await startWith(side, CAT, { environment: { ...environment, WATCHDOG_USEC: '100000' } });
  expect((await manager.next('READY=1')).fields).toContain('WATCHDOG=1');
  const isAlive = (): number =>
    manager.messages.filter(({ fields }) => fields.join() === 'WATCHDOG=1').length;
  const before = isAlive();
  await side.waitFor('more reports', () => isAlive() >= before + 4);
});

test('a watchdog of another process gets no reports', async ({ side, manager }) => {
  const environment = { ...manager.environment, ...SLOW_WATCHDOG, WATCHDOG_PID: '1' };
  await startWith(side, CAT, { environment });
  expect((await manager.next('READY=1')).fields).not.toContain('WATCHDOG=1');
});

test('the watchdog is for the process that the service manager has started', async ({ side, manager }) => {
  const environment = { ...manager.environment, ...SLOW_WATCHDOG };
  const prefix = ['sh', '-c', 'export WATCHDOG_PID=$$; exec "$@"', 'sh'];
  await startWith(side, CAT, { environment, prefix });
  expect((await manager.next('READY=1')).fields).toContain('WATCHDOG=1');
});

test('a restart is a reload of the service', async ({ side, manager }) => {
  const daemon = await startWith(side, CAT, { environment: manager.environment });
  await manager.until('STATUS=1 process: 1 RUNNING');
  daemon.signal('SIGHUP');
  const reloading = await manager.next('RELOADING=1');
  expect(reloading.fields).toContainEqual(expect.stringMatching(/^MONOTONIC_USEC=\d+$/));
  expect((await manager.next('READY=1')).pid).toBe(daemon.pid);
});

test('an upgrade in place is a reload, and the watchdog is served on', async ({ side, manager }) => {
  const environment = { ...manager.environment, WATCHDOG_USEC: '200000' };
  const daemon = await startWith(side, CAT, { environment });
  const { pid } = await untilState(side, 'cat', 'RUNNING');
  daemon.signal('SIGUSR1');
  await manager.next('RELOADING=1');
  await manager.next(`MAINPID=${daemon.pid}`);
  expect((await manager.next('READY=1')).pid).toBe(daemon.pid);
  await manager.next('WATCHDOG=1');
  await manager.next('WATCHDOG=1');
  expect((await untilState(side, 'cat', 'RUNNING')).pid).toBe(pid);
});

test('a daemon in the background is the service before its launcher exits', async ({ side, manager }) => {
  side.writeFile('supervisord.conf', side.preamble + CAT);
  const environment = { ...manager.environment, ...SLOW_WATCHDOG, WATCHDOG_PID: '1' };
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const start = [...variables, SUPERVISORD, '-c', side.path('supervisord.conf')];
  expect(await side.command('env', start)).toEqual({ stdout: '', stderr: '', code: 0 });
  const daemon = side.daemonAt(side.path('supervisord.pid'));
  expect(manager.messages[0]).toEqual({ pid: daemon.pid, fields: [`MAINPID=${daemon.pid}`] });
  expect((await manager.next('READY=1')).fields).toContain('WATCHDOG=1');
  await daemon.stop();
});

test('programs inherit nothing of the service manager, and can be given its socket', async ({
  side,
  manager,
}) => {
  const given = { command: '/bin/cat', startsecs: 0, environment: 'OF_SYSTEMD="%(ENV_NOTIFY_SOCKET)s"' };
  const own = { command: '/bin/cat', readiness_check_script: 'notify' };
  const environment = { ...manager.environment, ...SLOW_WATCHDOG };
  await startWith(side, program('cat', given) + program('own', own), { environment });
  const ofManager = /^(NOTIFY_SOCKET|WATCHDOG_\w+|OF_SYSTEMD)=/;
  const cat = await variablesOf(side, 'cat', 'RUNNING');
  expect(cat.filter((entry) => ofManager.test(entry))).toEqual([`OF_SYSTEMD=${environment.NOTIFY_SOCKET}`]);
  const ofOwn = (await variablesOf(side, 'own', 'STARTING')).filter((entry) => ofManager.test(entry));
  expect(ofOwn).toEqual([expect.stringMatching(/^NOTIFY_SOCKET=.*\.notify$/)]);
});

async function variablesOf(side: Side, name: string, state: string): Promise<string[]> {
  const { pid } = await untilState(side, name, state);
  let variables: string[] = [];
  // Before its execve the process has the environment of the daemon.
  await side.waitFor(`the environment of ${name}`, () => {
    variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    return variables.includes('SUPERVISOR_ENABLED=1');
  });
  return variables;
}

test('the socket may have an abstract name', async ({ side }) => {
  const name = `visord-test-${process.pid}-${side.dir.split('/').at(-1)}`;
  const receiver = `import os, socket, sys
os.mkfifo(sys.argv[2])
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind('\\0' + sys.argv[1])
open(sys.argv[2], 'w').write(s.recv(8192).decode())`;
  const receives = side.command(PYTHON, ['-c', receiver, name, side.path('fifo')]);
  await side.waitFor('the receiver', () => readFileSync('/proc/net/unix', 'latin1').includes(`@${name}`));
  await startWith(side, CAT, { environment: { NOTIFY_SOCKET: `@${name}` } });
  const read = await side.command('cat', [side.path('fifo')]);
  expect(read.stdout).toMatch(/^READY=1\n/);
  await receives;
});

test('a socket that is not there is reported once, and the daemon runs', async ({ side }) => {
  const environment = { NOTIFY_SOCKET: side.path('gone'), WATCHDOG_USEC: '20000' };
  await startWith(side, CAT, { environment });
  await side.waitFor('the report', () => side.readFile('main.log').includes('the service manager'));
  await side.ctl(['restart', 'cat']);
  await untilState(side, 'cat', 'RUNNING');
  const lines = side.readFile('main.log').match(/WARN .*the service manager.*/g);
  expect(lines).toEqual([
    expect.stringContaining(
      `cannot be notified at ${side.path('gone')}: connect '${side.path('gone')}': ENOENT`,
    ),
  ]);
});
