import { closeSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type NotifySocket, openNotifySocket } from '../../../src/checks/notify/notify-socket.ts';
import { connectDatagram, writeFrom } from '../../../src/native/posix.ts';
import { openDescriptors, test } from '../../process/support.ts';

function send(to: number | string, text: string): void {
  const fd = typeof to === 'string' ? connectDatagram(to) : to;
  expect(writeFrom(fd, Buffer.from(text), 0, text.length)).toBe(text.length);
  if (typeof to === 'string') closeSync(fd);
}

test('a socket that was removed or replaced is made again, and nothing that was sent is lost', ({
  folder,
  io,
}) => {
  const before = openDescriptors();
  const path = join(folder, 'a.notify');
  const received: (string | null)[] = [];
  const socket: NotifySocket = openNotifySocket({
    path,
    uid: null,
    io,
    pidOf: () => process.pid,
    onNotification: ({ status }) => received.push(status),
    onStranger: () => undefined,
  });
  const { mode } = statSync(path);
  expect(socket.keptFile.look(true)).toBe(null);
  send(path, 'STATUS=first');
  rmSync(path);
  expect(socket.keptFile.look(true)).toEqual({ kind: 'made again', was: 'removed' });
  expect(received).toEqual(['first']);
  writeFileSync(`${path}.other`, '');
  rmSync(path);
  writeFileSync(path, '');
  expect(socket.keptFile.look(true)).toEqual({ kind: 'made again', was: 'replaced' });
  expect(statSync(path).mode).toBe(mode);
  send(path, 'STATUS=second');
  socket.drain();
  expect(received).toEqual(['first', 'second']);
  socket.close();
  expect(socket.keptFile.look(true)).toBe(null);
  expect(readdirSync(folder)).toEqual(['a.notify.other']);
  expect(openDescriptors()).toBe(before);
});
