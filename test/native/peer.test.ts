import { closeSync } from 'node:fs';
import { connect, createConnection } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { freePort } from '../../compat/harness/ports.ts';
import { waitUntil } from '../../compat/harness/wait.ts';
import {
  accept,
  listenInet,
  listenUnix,
  peerAddress,
  peerCredentials,
  peerGroups,
} from '../../src/native/posix.ts';
import { inFolder } from './support.ts';

async function accepted(listening: number): Promise<number> {
  let fd = -1;
  await waitUntil(
    'a connection',
    () => {
      fd = accept(listening);
      return fd >= 0;
    },
    60,
  );
  return fd;
}

test('a connection on a unix socket shows the process that made it', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 's');
    const listening = listenUnix(path, 0o700, 5);
    const client = connect(path);
    const fd = await accepted(listening);
    expect(peerCredentials(fd)).toEqual({
      pid: process.pid,
      uid: process.getuid?.(),
      gid: process.getgid?.(),
    });
    // Node adds the primary group.
    const groups = new Set([...peerGroups(fd), process.getgid?.()]);
    expect(groups).toEqual(new Set(process.getgroups?.()));
    expect(peerAddress(fd)).toBeNull();
    client.destroy();
    closeSync(fd);
    closeSync(listening);
  });
});

test('a connection on TCP shows an address, and no process', async () => {
  const port = await freePort();
  const listening = listenInet('127.0.0.1', port, 5);
  const client = createConnection({ port, host: '127.0.0.1' });
  const fd = await accepted(listening);
  expect(peerAddress(fd)).toBe(`127.0.0.1:${client.localPort}`);
  expect(peerGroups(fd)).toEqual([]);
  client.destroy();
  closeSync(fd);
  closeSync(listening);
});
