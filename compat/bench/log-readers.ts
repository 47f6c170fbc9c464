/**
 * Programs that do nothing but write their stdin into a log.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCommand } from '../harness/needs.ts';
import { runCommand } from '../harness/processes.ts';
import { withFolder } from './bed.ts';
import { type Flood, floodCommand, readReport, type Written } from './log-writer.ts';
import { pythonCommand } from './python.ts';

export type ReaderName = 'cat' | 's6-log' | 'svlogd' | 'floor';

/** The default of both sides: 50 MB, ten old files. */
const MAX_BYTES = 50 << 20;
const OLD_FILES = 10;

/** A pipeline of two commands; prints the cpu seconds of the second, without those of the shell around it. */
const PIPELINE = `
import os, subprocess, sys
writer = subprocess.Popen(['/bin/sh', '-c', 'exec ' + sys.argv[1]], stdout=subprocess.PIPE)
reader = subprocess.Popen(['/bin/sh', '-c', 'exec ' + sys.argv[2]], stdin=writer.stdout)
writer.stdout.close()
writer.wait()
usage = os.wait4(reader.pid, 0)[2]
print(usage.ru_utime + usage.ru_stime)
`;

/** What the kernel alone takes: a pipe of 1 MB that is left to fill up, moved in pieces of 256 KB, and as many files. */
const FLOOR = `
import fcntl, os, sys, time
log, limit, old = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
fcntl.fcntl(0, 1031, 1 << 20)
open_log = lambda: os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
piece = memoryview(bytearray(256 << 10))
file, size, rotated = open_log(), 0, 0
while count := os.readv(0, [piece]):
    size += os.write(file, piece[:count])
    if size >= limit:
        os.close(file)
        rotated += 1
        os.rename(log, '%s.%d' % (log, rotated))
        if rotated > old: os.unlink('%s.%d' % (log, rotated - old))
        file, size = open_log(), 0
    if count < len(piece) // 2: time.sleep(0.0003)
`;

/** The CPU seconds of the reader for the flood; null if it is not installed. */
export async function floodReader(
  name: ReaderName,
  flood: Flood,
): Promise<(Written & { readonly cpu: number }) | null> {
  if (name !== 'floor' && findCommand(name) === null) return null;
  return withFolder(async (dir) => {
    const report = join(dir, 'report');
    const pipeline = [pythonCommand(), '-c', PIPELINE, floodCommand(dir, report, flood), reader(name, dir)];
    const { code, stdout, stderr } = await runCommand(pipeline, dir, { seconds: 110 });
    const written = readReport(report);
    if (code !== 0 || written === null) throw new Error(`${name} failed: ${stderr.trim()}`);
    return { ...written, cpu: Number(stdout) };
  });
}

function reader(name: ReaderName, dir: string): string {
  const log = join(dir, 'log');
  switch (name) {
    case 'floor':
      writeFileSync(join(dir, 'floor.py'), FLOOR);
      return `${pythonCommand()} -I -S ${join(dir, 'floor.py')} ${log} ${MAX_BYTES} ${OLD_FILES}`;
    case 'cat':
      return `cat > ${log}`;
    case 's6-log':
      return `s6-log n${OLD_FILES} s${MAX_BYTES} ${log}`;
    case 'svlogd':
      mkdirSync(log);
      writeFileSync(join(log, 'config'), `s${MAX_BYTES}\nn${OLD_FILES}\n`);
      return `svlogd ${log}`;
  }
}
