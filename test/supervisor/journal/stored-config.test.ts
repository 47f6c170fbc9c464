import { describe, expect, test } from 'vitest';
import type { ProcessConfig } from '../../../src/config/types.ts';
import { readConfig, unknownConfig, writeConfig } from '../../../src/supervisor/journal/stored-config.ts';
import { loadText } from '../../config/support.ts';

function processOf(keys: string): ProcessConfig {
  const [process] =
    loadText(`[supervisord]\n[program:web]\ncommand=x\n${keys}\n`).programs[0]?.processes ?? [];
  if (process === undefined) throw new Error('the section has no process');
  return process;
}

/** The record as it comes back from the disk. */
function written(config: ProcessConfig): Record<string, unknown> {
  return JSON.parse(JSON.stringify(writeConfig(config))) as Record<string, unknown>;
}

describe('a log that is written to several places', () => {
  const config = processOf('stdout_logfile=/tmp/a.log, /tmp/b.log, syslog @tcp:logs:601');

  test('is kept whole', () => {
    const record = written(config);
    expect(readConfig(record)).toEqual(config);
    expect(unknownConfig(record)).toBeUndefined();
  });

  test('is its first file for a version that does not know lists', () => {
    expect(written(config)).toMatchObject({
      config: { stdout: { logfile: { kind: 'file', path: '/tmp/a.log' } } },
    });
    const remote = processOf('stdout_logfile=syslog @udp:logs');
    expect(written(remote)).toMatchObject({ config: { stdout: { logfile: { kind: 'none' } } } });
  });
});

test('the keys of log files and of syslog are kept', () => {
  const config = processOf(
    [
      ...['stdout_logfile_rotate=daily', 'stdout_logfile_compress=gzip', 'stdout_logfile_maxage=14d'],
      ...['stdout_logfile_mode=0640', 'stdout_logfile_owner=0:0', 'stderr_logfile_rotate=0 4 * * *'],
      ...['syslog_facility=local0', 'syslog_tag=shop', 'stderr_syslog_priority=err'],
    ].join('\n'),
  );
  expect(readConfig(written(config))).toEqual(config);
});
