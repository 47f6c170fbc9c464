/** Logs in syslog under the real daemon, with a syslogd that comes and goes. */
import { describe, expect } from 'vitest';
import { ownDev, ownDevLog } from '../../compat/harness/namespace.ts';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { type Syslogd, startSyslogd } from '../../compat/scenarios/syslog/syslogd.ts';
import { needing, ownMounts } from '../needs.ts';
import { call, count, cpuSeconds, openFiles, program, test, untilState } from './support.ts';

/** A daemon that finds a /dev/log of its own. */
function startDaemon(side: Side): Promise<Daemon> {
  return side.start({ prefix: ownDev(side.path('dev')) });
}

async function withSyslogd(side: Side, action: (syslogd: Syslogd) => Promise<void>): Promise<void> {
  const syslogd = await startSyslogd(ownDevLog(side.path('dev')));
  try {
    await action(syslogd);
  } finally {
    await syslogd.stop();
  }
}

function configuration(side: Side): string {
  const cat = {
    command: '/bin/cat',
    stdout_syslog: 'true',
    stdout_logfile: side.path('cat.log'),
    startsecs: 0,
  };
  const flood = {
    command: '/usr/bin/yes',
    stdout_syslog: 'true',
    stdout_logfile: 'NONE',
    autostart: 'false',
  };
  return (
    side.preamble.replace(/^logfile=.*$/m, 'logfile=syslog') + program('cat', cat) + program('flood', flood)
  );
}

function said(syslogd: Syslogd, pattern: RegExp): number {
  return count(syslogd.messages().join('\n'), pattern);
}

needing(describe, ownMounts())('a daemon that logs to syslog', () => {
  test('logs to a syslogd that was started anew, and loses no line', async ({ side }) => {
    side.writeFile('supervisord.conf', configuration(side));
    await withSyslogd(side, async (syslogd) => {
      await startDaemon(side);
      await untilState(side, 'cat', 'RUNNING');
      await call(side, 'sendProcessStdin', 'cat', 'first\n');
      await side.waitFor('the line has come', () => said(syslogd, /supervisord: cat first$/gm) === 1);
      expect(said(syslogd, /INFO spawned: 'cat' with pid \d+\n/g)).toBe(1);
    });
    await call(side, 'sendProcessStdin', 'cat', 'while it is away\n');
    await side.waitFor('the line is in the file', () => side.readFile('cat.log').includes('away'));
    await withSyslogd(side, async (syslogd) => {
      await side.waitFor('the line has come', () => said(syslogd, /cat while it is away$/gm) === 1);
      await call(side, 'sendProcessStdin', 'cat', 'and after\n');
      await side.waitFor('the next has come', () => said(syslogd, /cat and after$/gm) === 1);
    });
    expect(side.readFile('cat.log')).toBe('first\nwhile it is away\nand after\n');
  });

  test('runs without any syslogd, answers under a flood, and sleeps when that ends', async ({ side }) => {
    side.writeFile('supervisord.conf', configuration(side));
    const daemon = await startDaemon(side);
    await call(side, 'startProcess', 'flood');
    const before = openFiles(daemon.pid);
    for (let round = 0; round < 20; round += 1) await call(side, 'getAllProcessInfo');
    await call(side, 'stopProcess', 'flood');
    await side.waitFor('nothing more is open', () => openFiles(daemon.pid) <= before);
    await side.waitFor(
      'it rests',
      async () => {
        const used = cpuSeconds(daemon.pid);
        await new Promise((resolve) => setTimeout(resolve, 500));
        return cpuSeconds(daemon.pid) - used < 0.1;
      },
      30,
    );
    expect(await daemon.stop()).toBe(0);
  });

  test('answers while its syslogd does not read', async ({ side }) => {
    side.writeFile('supervisord.conf', configuration(side));
    await withSyslogd(side, async (syslogd) => {
      const daemon = await startDaemon(side);
      syslogd.sleep();
      await call(side, 'startProcess', 'flood');
      for (let round = 0; round < 20; round += 1) await call(side, 'getAllProcessInfo');
      await call(side, 'stopProcess', 'flood');
      syslogd.wake();
      await side.waitFor(
        'the dropped messages are counted',
        () => said(syslogd, /WARN syslog at \/dev\/log is written again; \d+ messages were dropped/g) === 1,
      );
      expect(await daemon.stop()).toBe(0);
    });
  });
});
