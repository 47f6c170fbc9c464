/** Logs that go to several places: files, the stdout of the daemon, syslogs. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect } from 'vitest';
import { ownDev, ownDevLog } from '../../compat/harness/namespace.ts';
import { startSyslogd } from '../../compat/scenarios/syslog/syslogd.ts';
import { needing, ownMounts } from '../needs.ts';
import { call, program, script, startWith, test, untilState } from './support.ts';

/** A syslogd on TCP; its messages lie one behind the other. */
async function withTcpServer(action: (port: number, received: () => string) => Promise<void>): Promise<void> {
  const pieces: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', (bytes: Buffer) => pieces.push(bytes));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await action((server.address() as AddressInfo).port, () => Buffer.concat(pieces).toString());
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

test('a log in a list goes to all files, stdout and a syslog of another machine, and on after signals and kill -9', async ({
  side,
}) => {
  await withTcpServer(async (port, received) => {
    const sections = program('cat', {
      command: '/bin/cat',
      startsecs: 0,
      stdout_logfile: `${side.path('a.log')}, ${side.path('b.log')}, /dev/stdout, syslog @tcp:127.0.0.1:${port}`,
      stdout_logfile_maxbytes: 0,
      stdout_syslog_priority: 'notice',
      syslog_facility: 'local1',
      syslog_tag: 'shop',
    });
    let daemon = await startWith(side, sections);
    const { pid } = await untilState(side, 'cat', 'RUNNING');
    // local1 is 17, notice is 5.
    const say = async (line: string): Promise<void> => {
      await call(side, 'sendProcessStdin', 'cat', `${line}\n`);
      const message = new RegExp(`<141>1 \\S+ \\S+ shop ${pid} stdout - ${line}`);
      await side.waitFor(`${line} is everywhere`, () => {
        const files = [side.readFile('a.log'), side.readFile('b.log'), daemon.output()];
        return files.every((text) => text.includes(`${line}\n`)) && message.test(received());
      });
    };
    await say('first');
    expect(await call(side, 'readProcessStdoutLog', 'cat', 0, 0)).toBe('first\n');
    expect(await call(side, 'getProcessInfo', 'cat')).toMatchObject({ stdout_logfile: side.path('a.log') });
    daemon.signal('SIGUSR2');
    await say('after-usr2');
    const starts = (): number => side.readFile('main.log').split('INFO supervisord started').length;
    const before = starts();
    daemon.signal('SIGUSR1');
    await side.waitFor('the other program has taken over', () => starts() > before);
    await say('after-usr1');
    daemon.signal('SIGKILL');
    await daemon.exited();
    daemon = await startWith(side, sections);
    expect((await untilState(side, 'cat', 'RUNNING')).pid).toBe(pid);
    await say('after-kill');
    await call(side, 'clearProcessLogs', 'cat');
    expect([side.readFile('a.log'), side.readFile('b.log')]).toEqual(['', '']);
    await say('after-clear');
  });
});

needing(describe, ownMounts())('the syslog of this machine', () => {
  test('gets facility, priority and tag of a program', async ({ side }) => {
    side.writeFile(
      'supervisord.conf',
      side.preamble +
        program('web', {
          command: script(side, 'speak.sh', 'echo out; echo err >&2; exec sleep 1000'),
          startsecs: 0,
          stdout_logfile: `${side.path('out.log')}, syslog`,
          stderr_syslog: 'true',
          stderr_logfile: 'NONE',
          syslog_facility: 'daemon',
          syslog_tag: '%(program_name)s',
          stderr_syslog_priority: 'err',
        }),
    );
    const syslogd = await startSyslogd(ownDevLog(side.path('dev')));
    try {
      await side.start({ prefix: ownDev(side.path('dev')) });
      await side.waitFor('both have come', () => syslogd.messages().length === 2);
      // The facility daemon is 3.
      expect([...syslogd.messages()].sort().map((message) => message.replace(/[A-Z].*\d\d /, ''))).toEqual([
        '<27>web: err',
        '<30>web: out',
      ]);
      await side.waitFor('the file has its line', () => side.readFile('out.log') === 'out\n');
    } finally {
      await syslogd.stop();
    }
  });
});
