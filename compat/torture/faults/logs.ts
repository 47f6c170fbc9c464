/**
 * Logs that cannot be written for a while: a full disk, and folders that are removed, replaced or read-only.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bed } from '../bed.ts';
import { type Fault, moment, type Torture } from './fault.ts';

/** Damages the folder, makes the daemon open its logs again, and repairs the folder. */
function spoiled(name: string, title: string, spoil: (bed: Bed, folder: string) => void): Fault {
  return {
    name,
    title,
    bed: 'plain',
    run: async (torture) => {
      const folder = torture.bed.path('frail');
      spoil(torture.bed, folder);
      torture.bed.signal('SIGUSR2');
      await moment(torture, 80);
      // The daemon may make a log again in the same moment.
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
      mkdirSync(folder);
      torture.bed.signal('SIGUSR2');
    },
  };
}

/** Something else at the path of the log. */
function replaced(name: string, title: string, place: (path: string) => void): Fault {
  return spoiled(name, title, (_, folder) => {
    const path = `${folder}/frail.log`;
    rmSync(path, { force: true });
    place(path);
  });
}

export const LOGS: readonly Fault[] = [
  spoiled('folder-removed', 'the folder of a log is removed, and comes back', (_, folder) =>
    rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 20 }),
  ),
  spoiled('folder-replaced', 'the folder of a log is replaced by a file', (_, folder) => {
    rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 20 });
    writeFileSync(folder, '');
  }),
  spoiled('folder-moved', 'the folder of a log is moved away, and a new one takes its place', (_, folder) => {
    rmSync(`${folder}.away`, { recursive: true, force: true });
    renameSync(folder, `${folder}.away`);
  }),
  replaced('log-is-a-folder', 'a folder takes the place of a log', (path) => mkdirSync(path)),
  replaced('log-is-a-fifo', 'a FIFO without a reader takes the place of a log', (path) =>
    execFileSync('mkfifo', [path]),
  ),
  replaced('log-is-a-loop', 'a symbolic link to itself takes the place of a log', (path) =>
    symlinkSync(path, path),
  ),
  {
    name: 'main-log-removed',
    title: 'the main log is removed, and opened again',
    run: async (torture) => {
      renameSync(torture.bed.path('main.log'), torture.bed.path('main.log.away'));
      torture.bed.forgetMainLog();
      torture.bed.signal('SIGUSR2');
      await torture.bed.until('there is a main log', () => existsSync(torture.bed.path('main.log')));
    },
  },
  {
    name: 'read-only',
    title: 'the folder of a log is on a read-only file system for a while',
    bed: 'disk',
    run: async (torture) => {
      const mount = (...words: string[]) =>
        execFileSync('nsenter', [`--mount=/proc/${torture.bed.pid}/ns/mnt`, '--', ...words]);
      mount('mount', '-t', 'tmpfs', '-o', 'ro', 'tmpfs', torture.bed.path('frail'));
      torture.bed.signal('SIGUSR2');
      await moment(torture, 80);
      mount('umount', '-l', torture.bed.path('frail'));
      torture.bed.signal('SIGUSR2');
    },
  },
  {
    name: 'disk-full',
    title: 'the disk of a log is full, and has room again',
    bed: 'disk',
    run: async (torture) => {
      const ballast = torture.bed.seen('disk/ballast');
      fill(ballast);
      await moment(torture, 150);
      await untilReported(torture);
      unlinkSync(ballast);
      truncateSync(torture.bed.seen('disk/small.log'));
    },
  },
];

/** Writes until there is no room. */
function fill(path: string): void {
  const descriptor = openSync(path, 'w');
  const block = Buffer.alloc(1 << 16);
  try {
    for (;;) writeSync(descriptor, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    try {
      // The last page that a block did not fit into.
      for (;;) writeSync(descriptor, block, 0, 512);
    } catch {
      // Now it is full.
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The daemon has tried to write, and writes the reason into its main log. */
async function untilReported({ bed }: Torture): Promise<void> {
  const path = bed.path('disk/small.log');
  await bed.until('the trouble is reported', async () => {
    await delay(5);
    return bed.mainLog().includes(`log ${path} cannot be written: no space left on device`);
  });
}
