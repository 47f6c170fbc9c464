import { expect, test } from 'vitest';
import { LIMIT_KEYS, limitChanges, limitFiles } from '../../../src/process/cgroup/limit-files.ts';

const NONE = { memoryMax: null, memoryHigh: null, cpuQuota: null, pidsMax: null, memoryRestart: null };

test('each key is one file of a cgroup', () => {
  const resources = { ...NONE, memoryMax: 1048576, memoryHigh: 524288, cpuQuota: 12.5, pidsMax: 7 };
  expect(limitFiles({ resources })).toEqual([
    { key: 'memory_high', controller: 'memory', file: 'memory.high', content: '524288' },
    { key: 'memory_max', controller: 'memory', file: 'memory.max', content: '1048576' },
    { key: 'cpu_quota', controller: 'cpu', file: 'cpu.max', content: '12500 100000' },
    { key: 'pids_max', controller: 'pids', file: 'pids.max', content: '7' },
  ]);
  expect([...LIMIT_KEYS].sort()).toEqual(
    limitFiles({ resources })
      .map(({ key }) => key)
      .sort(),
  );
});

test('a program without such keys has none, also where it is restarted by its memory', () => {
  expect(limitFiles({ resources: { ...NONE, memoryRestart: 1 } })).toEqual([]);
});

test('only files whose limit is another one are written; one that is not set any more is max', () => {
  const before = { ...NONE, memoryMax: 1024, cpuQuota: 50, pidsMax: 7 };
  const after = { ...NONE, memoryMax: 2048, memoryHigh: 1024, pidsMax: 7 };
  const changes = limitChanges({ resources: before }, { resources: after });
  expect(changes.map(({ file, content }) => [file, content])).toEqual([
    ['cpu.max', 'max'],
    ['memory.high', '1024'],
    ['memory.max', '2048'],
  ]);
});
