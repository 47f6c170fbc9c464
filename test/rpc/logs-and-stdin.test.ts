import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StdinClosedError } from '../../src/process/channels/input-channel.ts';
import { caller } from './call.ts';
import { FakeSupervisor, group, processConfig } from './fakes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-rpc-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function withLog(content: string | Buffer) {
  const supervisor = new FakeSupervisor([group('p', [processConfig('p')])]);
  const process = supervisor.process('p');
  process.stdoutLogfile = join(folder, 'out.log');
  supervisor.log.file = process.stdoutLogfile;
  writeFileSync(process.stdoutLogfile, content);
  return { supervisor, process, call: caller(supervisor), file: process.stdoutLogfile };
}

describe('a log', () => {
  test.each([
    [0, 0, 'hello world'],
    [6, 0, 'world'],
    [0, 5, 'hello'],
    [-5, 0, 'world'],
    [-100, 0, 'hello world'],
    [100, 5, ''],
    ['6', '5', 'world'],
    [true, 0, 'ello world'],
  ])('is read from %j, %j bytes', async (offset, length, text) => {
    const { call } = withLog('hello world');
    expect(await call('supervisor.readProcessStdoutLog', 'p', offset, length)).toBe(text);
    expect(await call('supervisor.readProcessLog', 'p', offset, length)).toBe(text);
    expect(await call('supervisor.readLog', offset, length)).toBe(text);
    expect(await call('supervisor.readMainLog', offset, length)).toBe(text);
  });

  test('is not read with arguments that make no sense', async () => {
    const { call } = withLog('hello');
    expect(await call('supervisor.readLog', -2, 1)).toBe('3 BAD_ARGUMENTS');
    expect(await call('supervisor.readLog', 0, -1)).toBe('3 BAD_ARGUMENTS');
    expect(await call('supervisor.readLog', 'x', 0)).toBe('2 INCORRECT_PARAMETERS');
    expect(await call('supervisor.readLog', [], 0)).toBe('2 INCORRECT_PARAMETERS');
  });

  test('that does not exist is fault 20, or an empty tail', async () => {
    const { supervisor, process, call } = withLog('');
    process.stderrLogfile = join(folder, 'gone');
    expect(await call('supervisor.readProcessStderrLog', 'p', 0, 0)).toBe(
      `20 NO_FILE: ${process.stderrLogfile}`,
    );
    expect(await call('supervisor.tailProcessStderrLog', 'p', 0, 9)).toEqual(['', 0, false]);
    process.stdoutLogfile = null;
    expect(await call('supervisor.readProcessLog', 'p', 0, 0)).toBe('20 NO_FILE');
    supervisor.log.file = null;
    expect(await call('supervisor.readLog', 0, 0)).toBe('20 NO_FILE');
    expect(await call('supervisor.clearLog')).toBe('20 NO_FILE');
    expect(await call('supervisor.readProcessLog', 'x', 0, 0)).toBe('10 BAD_NAME: x');
  });

  test('is tailed with the offset to ask for next, and reports when more was written', async () => {
    const { call } = withLog('hello world');
    expect(await call('supervisor.tailProcessStdoutLog', 'p', 0, 5)).toEqual(['world', 11, true]);
    expect(await call('supervisor.tailProcessLog', 'p', 0, 100)).toEqual(['hello world', 11, false]);
    expect(await call('supervisor.tailProcessLog', 'p', 11, 5)).toEqual(['', 11, false]);
  });

  test('that is cut within a character shows where', async () => {
    const { call } = withLog(Buffer.from('aé'));
    expect(await call('supervisor.readLog', 0, 2)).toBe('a\ufffd');
  });

  test('is cleared, or the process is named in the fault', async () => {
    const { supervisor, process, call } = withLog('x');
    expect(await call('supervisor.clearProcessLogs', 'p')).toBe(true);
    expect(await call('supervisor.clearAllProcessLogs')).toEqual([
      { name: 'p', group: 'p', status: 80, description: 'OK' },
    ]);
    process.onClearLogs = () => {
      throw new Error('EACCES');
    };
    expect(await call('supervisor.clearProcessLog', 'p')).toBe('30 FAILED: p');
    expect(await call('supervisor.clearAllProcessLogs')).toEqual([
      { name: 'p', group: 'p', status: 30, description: 'FAILED: p' },
    ]);
    expect(await call('supervisor.clearLog')).toBe(true);
    supervisor.log.onClear = () => {
      throw new Error('EACCES');
    };
    expect(await call('supervisor.clearLog')).toBe('30 FAILED');
  });
});

describe('stdin', () => {
  test('is written as UTF-8', async () => {
    const { process, call } = withLog('');
    process.become('RUNNING', { pid: 5 });
    expect(await call('supervisor.sendProcessStdin', 'p', 'héllo\n')).toBe(true);
    expect(process.written).toEqual(['héllo\n']);
  });

  test('takes text, of a process that runs and reads', async () => {
    const { process, call } = withLog('');
    expect(await call('supervisor.sendProcessStdin', 'x', 5)).toBe('2 INCORRECT_PARAMETERS: 5');
    expect(await call('supervisor.sendProcessStdin', 'x', 'a')).toBe('10 BAD_NAME: x');
    expect(await call('supervisor.sendProcessStdin', 'p', 'a')).toBe('70 NOT_RUNNING: p');
    process.become('STOPPING', { pid: 5 });
    process.isBeingKilled = true;
    expect(await call('supervisor.sendProcessStdin', 'p', 'a')).toBe('70 NOT_RUNNING: p');
    process.isBeingKilled = false;
    process.onWrite = () => {
      throw new StdinClosedError('closed');
    };
    expect(await call('supervisor.sendProcessStdin', 'p', 'a')).toBe('20 NO_FILE: p');
  });
});
