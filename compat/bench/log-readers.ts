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
import { type Flood, floodCommand, readTold, type Written } from './log-writer.ts';
import { pythonCommand } from './python.ts';

export type ReaderName = 'cat' | 's6-log' | 'svlogd';

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

/** What the flood costs the reader in seconds of cpu; null where it is not installed. */
export async function floodReader(
  name: ReaderName,
  flood: Flood,
): Promise<(Written & { readonly cpu: number }) | null> {
  if (findCommand(name) === null) return null;
  return withFolder(async (dir) => {
    const told = join(dir, 'told');
    const pipeline = [pythonCommand(), '-c', PIPELINE, floodCommand(dir, told, flood), reader(name, dir)];
    const { code, stdout, stderr } = await runCommand(pipeline, dir, { seconds: 110 });
    const written = readTold(told);
    if (code !== 0 || written === null) throw new Error(`${name} failed: ${stderr.trim()}`);
    return { ...written, cpu: Number(stdout) };
  });
}

function reader(name: ReaderName, dir: string): string {
  const log = join(dir, 'log');
  switch (name) {
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
