/**
 * Compiled code of a command: what V8 has made of its script, in a file of `dist/compiled`. A command with such a file
 * starts in half of the time.
 *
 * The code belongs to a script, a version of Node.js and flags of V8. V8 compares versions, flags and the length of the
 * script; the first line of the file has what V8 does not compare: the bytes of the script and of the code.
 *
 * @module
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Addon } from '../../native/addon.ts';

/** Bytes of the first line, which ends with blanks and a newline. */
export const HEADING_BYTES = 160;

const WRITABLE_BY_OTHERS = 0o022;

/** The file of the compiled code of a script in `dist/commands`. */
export function compiledPath(script: string): string {
  return join(dirname(dirname(script)), 'compiled', `${basename(script, '.cjs')}.code`);
}

/** The first line of the file. */
export function headingOf(script: Buffer, code: Buffer, { checksum }: Pick<Addon, 'checksum'>): string {
  const { version, arch, versions } = process;
  const line = `visord-code 1 ${version} ${versions.v8} ${arch} ${checksum(script)} ${checksum(code)}`;
  return `${line.padEnd(HEADING_BYTES - 1)}\n`;
}

/**
 * The compiled code of a script; undefined where no file fits it.
 *
 * Code that another user could have written is not executed: the file has to belong to the owner of the script, and no
 * other user may write to it.
 *
 * @param bytes of the script
 * @param owner of the script
 */
export function readCompiled(
  script: string,
  bytes: Buffer,
  owner: Pick<Stats, 'uid'>,
  addon: Pick<Addon, 'checksum'>,
): Buffer | undefined {
  try {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    const fd = openSync(compiledPath(script), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = fstatSync(fd);
      if (!stats.isFile() || stats.uid !== owner.uid || (stats.mode & WRITABLE_BY_OTHERS) !== 0)
        return undefined;
      const file = readWhole(fd, stats.size);
      const code = file.subarray(HEADING_BYTES);
      const heading = file.toString('latin1', 0, HEADING_BYTES);
      return heading === headingOf(bytes, code, addon) ? code : undefined;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

/** At most `size` bytes of a file. */
export function readWhole(fd: number, size: number, into = Buffer.allocUnsafeSlow(size), at = 0): Buffer {
  for (let end = at; end < at + size; ) {
    const count = readSync(fd, into, end, at + size - end, null);
    if (count === 0) throw new Error('the file has become shorter');
    end += count;
  }
  return into;
}
