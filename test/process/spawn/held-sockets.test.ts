import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { ProcessConfig } from '../../../src/config/types.ts';
import { listeningAddress, listenUnix } from '../../../src/native/posix.ts';
import { HeldSockets, type SocketUser } from '../../../src/process/spawn/held-sockets.ts';
import { defaultProgram } from '../../config/support.ts';
import { FakeLog } from '../../rpc/fakes.ts';
import { openDescriptors, test } from '../support.ts';

function user(name: string, path: string, changes: Partial<ProcessConfig> = {}): SocketUser {
  const base = defaultProgram();
  const listen = { ...base.listen, addresses: [{ kind: 'unix', path } as const] };
  return { config: { ...base, name, listen, ...changes }, socketReplaced: () => undefined };
}

function held(isConfigured: boolean): HeldSockets {
  const sockets = new HeldSockets();
  sockets.owner = { log: new FakeLog(), configures: () => isConfigured };
  return sockets;
}

const nothingLeft = (): null => null;

test('a socket is opened once for all processes of a program, and closed with the last one', ({ folder }) => {
  const path = join(folder, 'x.sock');
  const before = openDescriptors();
  const sockets = held(false);
  const shares = ['a', 'b'].map((name) => sockets.join(user(name, path, { program: 'web' }), nothingLeft));
  expect([openDescriptors() - before, existsSync(path)]).toEqual([0, false]);
  const [first, second] = shares.map((share) => share.open());
  expect(first).toEqual(second);
  expect(first?.names).toBe('web');
  expect(openDescriptors() - before).toBe(1);
  shares[0]?.leave();
  expect(existsSync(path)).toBe(true);
  shares[1]?.leave();
  expect([openDescriptors() - before, existsSync(path)]).toEqual([0, false]);
});

test('a configured socket outlives its processes for five seconds', ({ folder }) => {
  vi.useFakeTimers();
  const path = join(folder, 'x.sock');
  const sockets = held(true);
  const share = sockets.join(user('web', path), nothingLeft);
  const { descriptors } = share.open();
  share.leave();
  vi.advanceTimersByTime(4999);
  const next = sockets.join(user('web', path), nothingLeft);
  expect(next.open().descriptors).toEqual(descriptors);
  next.leave();
  vi.advanceTimersByTime(5000);
  vi.useRealTimers();
  expect(existsSync(path)).toBe(false);
});

test('a socket of another program is refused', ({ folder }) => {
  const path = join(folder, 'x.sock');
  const sockets = held(false);
  sockets.join(user('web', path), nothingLeft).open();
  const other = sockets.join(user('other', path), nothingLeft);
  expect(() => other.open()).toThrow(`Could not create socket unix://${path}: it is a socket of program web`);
  sockets.close();
  expect(existsSync(path)).toBe(false);
});

test('what was handed over is used where it is the socket, and closed where no program has it', ({
  folder,
}) => {
  const before = openDescriptors();
  const [path, stray] = [join(folder, 'x.sock'), join(folder, 'stray.sock')];
  const [handed, unused] = [listenUnix(path, 0o700, 1), listenUnix(stray, 0o700, 1)];
  const sockets = held(false);
  sockets.inherit([
    { url: `unix://${path}`, descriptor: handed },
    { url: `unix://${stray}`, descriptor: unused },
  ]);
  const { descriptors } = sockets.join(user('web', path), nothingLeft).open();
  expect(descriptors).toEqual([handed]);
  expect(sockets.handedOver).toEqual([{ url: `unix://${path}`, descriptor: handed }]);
  sockets.settle();
  expect(openDescriptors() - before).toBe(1);
  sockets.close();
  expect([openDescriptors() - before, existsSync(path)]).toEqual([0, false]);
});

test('a descriptor with another address is not taken for the socket', ({ folder }) => {
  const [path, other] = [join(folder, 'x.sock'), join(folder, 'other.sock')];
  const wrong = listenUnix(other, 0o700, 1);
  const sockets = held(false);
  sockets.inherit([{ url: `unix://${path}`, descriptor: wrong }]);
  const { descriptors } = sockets.join(user('web', path), nothingLeft).open();
  expect(listeningAddress(descriptors[0] ?? -1)).toBe(path);
  expect(listeningAddress(wrong)).toBe(other);
  sockets.close();
});
