import { describe, expect, test } from 'vitest';
import { errorOf, loadText } from '../support.ts';

const PROGRAMS = '[program:web]\ncommand=/bin/web\nstartsecs=7\n[program:job]\ncommand=/bin/job\n';

function processes(text: string): Record<string, { startSeconds: number; stopWaitSeconds: number }> {
  const { groups } = loadText(`[supervisord]\n${text}`);
  return Object.fromEntries(groups.flatMap((group) => group.processes.map((one) => [one.name, one])));
}

describe('[program-default]', () => {
  test('gives programs the keys that they do not set', () => {
    const read = processes(`${PROGRAMS}[program-default]\nstartsecs=3\nstopwaitsecs=20\n`);
    expect(read.web).toMatchObject({ startSeconds: 7, stopWaitSeconds: 20 });
    expect(read.job).toMatchObject({ startSeconds: 3, stopWaitSeconds: 20 });
  });

  test('expands its values for each program', () => {
    const { groups } = loadText(
      `[supervisord]\n${PROGRAMS}[program-default]\nstdout_logfile=/var/log/%(program_name)s.log\n`,
    );
    expect(groups.flatMap(({ processes: [one] }) => one?.stdout.logfile)).toEqual([
      { kind: 'file', path: '/var/log/job.log' },
      { kind: 'file', path: '/var/log/web.log' },
    ]);
  });

  test('leaves event listeners alone', () => {
    const read = processes(
      '[eventlistener:mail]\ncommand=/bin/mail\nevents=TICK_5\n[program-default]\nstartsecs=3\n',
    );
    expect(read.mail?.startSeconds).toBe(1);
  });

  test('is named among the extensions in use, once', () => {
    const { messages } = loadText(`[supervisord]\n${PROGRAMS}[program-default]\nrestartpause=3\n`);
    expect(messages.info.at(-1)).toMatch(/^extensions in use: \[program-default\], restartpause in \S+$/);
  });

  test('is ignored with extensions=off', () => {
    const read = processes(`extensions=off\n${PROGRAMS}[program-default]\nstartsecs=3\n`);
    expect(read.job?.startSeconds).toBe(1);
  });

  test('a wrong value names the program that takes it', () => {
    expect(
      errorOf(() => loadText(`[supervisord]\n${PROGRAMS}[program-default]\nstopwaitsecs=soon\n`)),
    ).toContain("invalid literal for int() with base 10: 'soon' in section 'program:web'");
  });
});
