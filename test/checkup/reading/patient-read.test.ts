/** Files that may have no end are read for a limited time. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPatiently } from '../../../src/checkup/reading/patient-read.ts';
import { folderWith } from '../../config/support.ts';

const LONG_MS = 60_000;

function fifo(): string {
  const path = join(folderWith({}), 'fifo');
  execFileSync('mkfifo', [path]);
  return path;
}

describe('a file', () => {
  test('that is regular is read', async () => {
    const folder = folderWith({ a: 'text' });
    expect((await readPatiently(join(folder, 'a'), 0)).toString()).toBe('text');
  });

  test('that is a device at its end is read', async () => {
    expect(await readPatiently('/dev/null', LONG_MS)).toHaveLength(0);
  });

  test('without an end is refused', async () => {
    await expect(readPatiently('/dev/zero', LONG_MS)).rejects.toThrow('it has more than 16 MB');
  });

  test('that is a FIFO is read when it has a writer', async () => {
    const path = fifo();
    const reading = readPatiently(path, LONG_MS);
    writeFileSync(path, 'text');
    expect((await reading).toString()).toBe('text');
  });

  test('that is a FIFO without a writer is given up', async () => {
    await expect(readPatiently(fifo(), 50)).rejects.toThrow('its end did not come in time');
  });

  test('that does not exist is an error of the system', async () => {
    await expect(readPatiently('/no/such/file', 50)).rejects.toThrow('ENOENT');
  });
});
