import { expect, test } from 'vitest';
import { decodeWaitStatus } from '../../../src/process/machine/wait-status.ts';

test.each([
  [0x0000, 0, 'exit status 0'],
  [0x0100, 1, 'exit status 1'],
  [0xff00, 255, 'exit status 255'],
])('an exit (%i) has its status', (raw, exitStatus, text) => {
  expect(decodeWaitStatus(raw)).toEqual({ exitStatus, text });
});

test.each([
  [15, 'terminated by SIGTERM'],
  [9, 'terminated by SIGKILL'],
  [6, 'terminated by SIGABRT'],
  [17, 'terminated by SIGCHLD'],
  [29, 'terminated by SIGPOLL'],
  [34, 'terminated by SIGRTMIN'],
  [35, 'terminated by signal 35'],
  [64, 'terminated by SIGRTMAX'],
  [6 | 0x80, 'terminated by SIGABRT (core dumped)'],
  [11 | 0x80, 'terminated by SIGSEGV (core dumped)'],
])('an end by a signal (%i) is named', (raw, text) => {
  expect(decodeWaitStatus(raw)).toEqual({ exitStatus: -1, signal: raw & 0x7f, text });
});

test.each([
  [0x137f, 'unknown termination cause 0x137f'],
  [0x007f, 'unknown termination cause 0x007f'],
  [0xffff, 'unknown termination cause 0xffff'],
])('anything else (%i) is shown as it came', (raw, text) => {
  expect(decodeWaitStatus(raw)).toEqual({ exitStatus: -1, text });
});
