/** A journal in memory. */
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readHandover } from '../../../src/supervisor/journal/handover.ts';
import { handoverText } from '../../../src/supervisor/journal/journal-text.ts';
import { pathOfMemory, takeMemory, writeMemory } from '../../../src/supervisor/journal/memory-journal.ts';

const HANDOVER = { ...readHandover({}, null), leftAtMs: 5, inactive: ['idle'] };

test('is read back with its hand-over, and its descriptor is closed', () => {
  const unknown = { lines: ['{"later":1}'], handover: { also: 2 } };
  const descriptor = writeMemory(handoverText({ everything: () => [], unknown }, HANDOVER));
  expect(takeMemory(pathOfMemory(descriptor))).toMatchObject({
    kind: 'read',
    contents: {
      handover: { inactive: ['idle'], unknown: { also: 2 } },
      unknownLines: ['{"later":1}'],
    },
  });
  expect(() => fstatSync(descriptor)).toThrow('EBADF');
});

test('a path of a folder, a file with a name and a closed descriptor are none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'visord-memory-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'journal');
  writeFileSync(file, '{}');
  expect(takeMemory(file)).toBeNull();
  const fd = openSync(file, 'r');
  expect(takeMemory(pathOfMemory(fd))).toEqual({ kind: 'none' });
  closeSync(fd);
  expect(takeMemory('/proc/self/fd/99999')).toMatchObject({ kind: 'unreadable' });
});

test('what is not a journal is unreadable', () => {
  expect(takeMemory(pathOfMemory(writeMemory('nothing')))).toMatchObject({ kind: 'unreadable' });
});
