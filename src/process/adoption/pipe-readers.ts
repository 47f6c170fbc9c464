/**
 * Which pipes have a reader. What another process reads must not be read here too: each byte reaches one reader only.
 *
 * @module
 */
import { constants, readFileSync } from 'node:fs';
import { readdirSync, readlinkSync } from '../../io/files.ts';
import { pidsIn } from '../../io/process-table.ts';

/**
 * Looks through the descriptors of all processes that this one may see.
 *
 * @param pipes as /proc/PID/fd names them: `pipe:[4711]`
 * @param isIgnored processes whose descriptors do not count
 */
export function pipesWithReaders(
  pipes: ReadonlySet<string>,
  isIgnored: (pid: number) => boolean,
): ReadonlySet<string> {
  const found = new Set<string>();
  if (pipes.size === 0) return found;
  for (const pid of pidsIn()) {
    for (const { descriptor, target } of descriptorsOf(pid)) {
      if (!pipes.has(target) || found.has(target)) continue;
      if (isReadable(pid, descriptor) && !isIgnored(pid)) found.add(target);
    }
  }
  return found;
}

function descriptorsOf(pid: number): readonly { readonly descriptor: string; readonly target: string }[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
      const target = targetOf(`/proc/${pid}/fd/${descriptor}`);
      return target === null ? [] : { descriptor, target };
    });
  } catch {
    return [];
  }
}

function targetOf(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}

function isReadable(pid: number, descriptor: string): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, 'latin1');
    const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(text)?.[1] ?? '', 8);
    return (flags & (constants.O_WRONLY | constants.O_RDWR)) !== constants.O_WRONLY;
  } catch {
    return false;
  }
}
