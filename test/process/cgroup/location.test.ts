import { describe, expect, test } from 'vitest';
import { cgroupLocation, delegatedFolder, unifiedPath } from '../../../src/process/cgroup/location.ts';

const TMPFS = '25 1 0:22 / /sys/fs/cgroup rw,nosuid shared:5 - tmpfs tmpfs rw,mode=755';

function mount(root: string, point: string, options = 'rw', superOptions = 'rw,nsdelegate'): string {
  return `30 25 0:26 ${root} ${point} ${options},relatime shared:9 - cgroup2 cgroup2 ${superOptions}`;
}

const location = (mounts: readonly string[], cgroup: string) =>
  cgroupLocation([TMPFS, ...mounts, ''].join('\n'), cgroup);

describe('the cgroup of this process is', () => {
  test('below the mount of the whole hierarchy', () => {
    expect(location([mount('/', '/sys/fs/cgroup')], '0::/system.slice/visord.service\n')).toEqual({
      folder: '/sys/fs/cgroup/system.slice/visord.service',
    });
    expect(location([mount('/', '/sys/fs/cgroup')], '0::/\n')).toEqual({ folder: '/sys/fs/cgroup' });
  });

  test('below the mount of a part of it', () => {
    const mounts = [mount('/docker/abc', '/sys/fs/cgroup')];
    expect(location(mounts, '0::/docker/abc\n')).toEqual({ folder: '/sys/fs/cgroup' });
    expect(location(mounts, '0::/docker/abc/d\n')).toEqual({ folder: '/sys/fs/cgroup/d' });
  });

  test('in the second hierarchy of a machine that has both, and below the mount that may be written', () => {
    const mounts = [mount('/', '/ro', 'ro'), mount('/', '/sys/fs/cgroup/a\\040b')];
    expect(location(mounts, '8:pids:/x\n1:name=systemd:/y\n0::/z\n')).toEqual({
      folder: '/sys/fs/cgroup/a b/z',
    });
  });
});

describe('there is none', () => {
  test.each([
    ['without a mount', [], '0::/a\n', 'cgroup v2 is not mounted'],
    [
      'with version 1 only',
      [mount('/', '/c')],
      '8:pids:/x\n',
      'the kernel does not show a cgroup v2 of this process',
    ],
    [
      'outside of what is mounted',
      [mount('/docker/ab', '/c')],
      '0::/docker/abc\n',
      'its cgroup /docker/abc is not below a mount of cgroup v2',
    ],
    ['read-only', [mount('/', '/c', 'ro')], '0::/a\n', '/c is mounted read-only'],
    [
      'where the file system is read-only',
      [mount('/', '/c', 'rw', 'ro')],
      '0::/a\n',
      '/c is mounted read-only',
    ],
  ])('%s', (_, mounts, cgroup, reason) => {
    expect(location(mounts, cgroup)).toEqual({ reason });
  });
});

test('a daemon in its leaf has its programs beside it', () => {
  expect(delegatedFolder('/sys/fs/cgroup/visord.service/visord-daemon')).toBe(
    '/sys/fs/cgroup/visord.service',
  );
  expect(delegatedFolder('/sys/fs/cgroup/visord.service')).toBe('/sys/fs/cgroup/visord.service');
});

test('the path of a cgroup may have colons and blanks', () => {
  expect(unifiedPath('3:cpu:/x\n0::/a:b/c d\n')).toBe('/a:b/c d');
  expect(unifiedPath('3:cpu:/x\n')).toBe(null);
});
