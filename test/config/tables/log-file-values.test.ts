import * as zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { dumpConfig } from '../../../src/config/dump/dump.ts';
import {
  age,
  logCompression,
  logMode,
  logRotation,
  rotationPattern,
} from '../../../src/config/tables/log-file-values.ts';
import { need, needing } from '../../needs.ts';
import { errorOf, fakeHost, loadText } from '../support.ts';

const hasZstd = 'createZstdCompress' in zlib;

describe('stdout_logfile_rotate=', () => {
  test.each([
    ['never', 'never', null],
    [' Daily ', 'daily', '0 0 * * *'],
    ['HOURLY', 'hourly', '0 * * * *'],
    ['weekly', 'weekly', '0 0 * * 0'],
    ['30 4 * * MON', '30 4 * * MON', '30 4 * * MON'],
    ['@monthly', '@monthly', '@monthly'],
  ])('takes %j', (text, value, pattern) => {
    expect(logRotation.parse(text, fakeHost)).toBe(value);
    expect(rotationPattern(value)).toBe(pattern);
  });

  test.each(['', 'yearly', '61 * * * *'])('refuses %j', (text) => {
    expect(errorOf(() => logRotation.parse(text, fakeHost))).toMatch(/^not a valid cron pattern: /);
  });
});

describe('stdout_logfile_compress=', () => {
  test.each(['none', 'gzip'])('takes %s', (text) => {
    expect(logCompression.parse(` ${text} `, fakeHost)).toBe(text);
  });

  test('refuses others', () => {
    expect(errorOf(() => logCompression.parse('xz', fakeHost))).toBe("not one of none, gzip, zstd: 'xz'");
  });

  needing(test, need(hasZstd, 'Node.js 22.15 or newer'))('takes zstd where Node.js has it', () => {
    expect(logCompression.parse('zstd', fakeHost)).toBe('zstd');
  });

  needing(test, need(!hasZstd, 'Node.js older than 22.15'))(
    'zstd is an error that names the version of Node.js where that has no zstd',
    () => {
      const text = '[supervisord]\n[program:web]\ncommand=x\nstdout_logfile_compress=zstd\n';
      expect(errorOf(() => loadText(text))).toBe(
        `compression with zstd needs Node.js 22.15 or later (this is ${process.versions.node}) in section 'program:web' (file: 'FILE')`,
      );
    },
  );
});

describe('stdout_logfile_maxage=', () => {
  test.each([
    ['0', 0, '0'],
    ['0d', 0, '0'],
    ['90s', 90, '90s'],
    ['2m', 120, '2m'],
    [' 36H ', 129_600, '36h'],
    ['14d', 1_209_600, '2w'],
    ['15d', 1_296_000, '15d'],
    ['1w', 604_800, '1w'],
  ])('takes %j', (text, seconds, written) => {
    expect(age.parse(text, fakeHost)).toBe(seconds);
    expect(age.format(seconds)).toBe(written);
    expect(age.parse(written, fakeHost)).toBe(seconds);
  });

  test.each(['', '14', '1.5d', '-1d', '14 days', 'd'])('refuses %j', (text) => {
    expect(errorOf(() => age.parse(text, fakeHost))).toMatch(/^not a valid age: /);
  });
});

test.each(['', 'rw', '1777', '-1'])('stdout_logfile_mode= refuses %j', (text) => {
  expect(errorOf(() => logMode.parse(text, fakeHost))).toMatch(/^not the permission bits of a file: /);
});

test('the keys of log files are dumped, and read back', () => {
  const config = loadText(`[supervisord]
logfile_rotate=weekly
logfile_maxage=30d
[program:web]
command=x
stdout_logfile_rotate=0 3 * * *
stdout_logfile_compress=gzip
stdout_logfile_maxage=14d
stdout_logfile_mode=0640
stdout_logfile_owner=0:0
stderr_logfile_rotate=hourly
`);
  expect(config.daemon).toMatchObject({ logfileRotate: 'weekly', logfileMaxAge: 2_592_000 });
  expect(config.programs[0]?.processes[0]).toMatchObject({
    stdout: {
      rotate: '0 3 * * *',
      compress: 'gzip',
      maxAge: 1_209_600,
      mode: 0o640,
      owner: { uid: 0, gid: 0 },
    },
    stderr: { rotate: 'hourly', compress: 'none', maxAge: 0, mode: null, owner: null },
  });
  expect(loadText(dumpConfig(config)).groups).toEqual(config.groups);
});
