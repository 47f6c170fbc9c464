import { totalmem } from 'node:os';
import { describe, expect, test } from 'vitest';
import { importCompose } from '../../src/exchange/compose.ts';
import { bytesOf, sizeText } from '../../src/exchange/limits.ts';
import { importPm2 } from '../../src/exchange/pm2.ts';
import type { ImportedProgram } from '../../src/exchange/program.ts';
import { importUnits } from '../../src/exchange/systemd.ts';
import { file, keysOf, loaded, notesOf } from './support.ts';

test.each([
  ['1024', 1024],
  ['1K', 1024],
  ['1.5k', 1536],
  ['512m', 512 * 1024 ** 2],
  ['512MB', 512 * 1024 ** 2],
  ['2Gi', 2 * 1024 ** 3],
  ['1 GiB', 1024 ** 3],
  ['1T', 1024 ** 4],
  ['', null],
  ['much', null],
  ['-5M', null],
])('the size %j', (text, bytes) => {
  expect(bytesOf(text)).toBe(bytes);
});

test('sizes are written in the largest unit that leaves no rest', () => {
  expect([1536 * 1024 ** 2, 1024 ** 3, 2048, 1000].map(sizeText)).toEqual(['1536MB', '1GB', '2KB', '1000']);
});

function unit(lines: string): readonly ImportedProgram[] {
  return importUnits([file('web.service', `[Service]\nExecStart=/bin/web\n${lines}\n`)]);
}

describe('limits of a unit', () => {
  test('are those of the program', () => {
    const programs = unit('MemoryMax=1.5G\nMemoryHigh=800M\nCPUQuota=150%\nTasksMax=200');
    expect(loaded(programs).web?.resources).toEqual({
      memoryMax: 1536 * 1024 ** 2,
      memoryHigh: 800 * 1024 ** 2,
      cpuQuota: 150,
      pidsMax: 200,
      memoryRestart: null,
    });
    expect(notesOf(programs)).toEqual([]);
  });

  test('of infinity are left out; a share of the memory becomes an amount', () => {
    const none = unit('MemoryMax=infinity\nTasksMax=infinity');
    expect([
      Object.keys(keysOf(none).web ?? {}).filter((key) => key.endsWith('_max')),
      notesOf(none),
    ]).toEqual([[], []]);
    const share = unit('MemoryMax=50%');
    expect(loaded(share).web?.resources.memoryMax).toBe(Math.floor(totalmem() / 2));
    expect(notesOf(share)).toEqual(['web: MemoryMax=50%: memory_max is the amount for this machine']);
  });

  test('that cannot be carried over are noted', () => {
    expect(notesOf(unit('MemoryMax=lots\nTasksMax=10%\nCPUQuota=0.5%'))).toEqual([
      'web: MemoryMax=lots is not an amount of memory',
      'web: TasksMax=10% is not a number of processes',
      'web: CPUQuota=0.5% is not carried over: cpu_quota is at least 1%',
    ]);
  });
});

test.each([
  ['keys of the service', 'mem_limit: 512m\n    cpus: 0.5\n    pids_limit: 100\n    mem_swappiness: 0'],
  [
    'limits of its deployment',
    'deploy:\n      resources:\n        limits: { memory: 512M, cpus: "0.50", pids: 100, devices: [] }',
  ],
])('%s in a Compose file', (_, lines) => {
  const programs = importCompose(file('compose.yml', `services:\n  web:\n    command: run\n    ${lines}\n`));
  expect(loaded(programs).web?.resources).toMatchObject({
    memoryMax: 512 * 1024 ** 2,
    cpuQuota: 50,
    pidsMax: 100,
  });
  expect(notesOf(programs)).toHaveLength(1);
});

test('a Compose service without a limit has none', () => {
  const programs = importCompose(
    file(
      'compose.yml',
      'services:\n  web:\n    command: run\n    mem_limit: 0\n    cpus: 0\n    pids_limit: -1\n    deploy: { resources: { reservations: { memory: 1G } }, mode: global }\n',
    ),
  );
  expect(loaded(programs).web?.resources).toMatchObject({ memoryMax: null, cpuQuota: null, pidsMax: null });
  expect(notesOf(programs)).toEqual(['web: deploy: mode, resources.reservations has no counterpart']);
});

test('max_memory_restart of pm2 is memory_restart', async () => {
  const apps = {
    apps: [
      { script: 'a.js', max_memory_restart: '300M' },
      { script: 'b.js', max_memory_restart: 1e9 },
    ],
  };
  const programs = await importPm2(file('ecosystem.config.json', JSON.stringify(apps)));
  expect([loaded(programs).a, loaded(programs).b].map((one) => one?.resources.memoryRestart)).toEqual([
    300 * 1024 ** 2,
    1e9,
  ]);
  expect(notesOf(programs)).toEqual([]);
});
