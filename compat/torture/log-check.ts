/**
 * Reads the logs of the programs as they grow: every numbered line must be there once, and in order.
 *
 * @module
 */
import { closeSync, fstatSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readIfThere, Violation } from './bed.ts';
import { fullName, logPath, PROGRAMS, type TortureProgram } from './programs.ts';

/** What it needs of a bed. */
export interface LogFolder {
  readonly dir: string;
  path(name: string): string;
  /** The path as the daemon sees it. */
  seen(name: string): string;
}

interface Follow {
  readonly program: TortureProgram;
  /** How much of a file has been read, by its inode. */
  readonly read: Map<number, number>;
  /** The last number of each run of the program, by the name of the run. */
  readonly last: Map<string, number>;
  /** A line whose end has not come yet. */
  rest: string;
  /** Gaps that are not a violation: the daemon was killed between a read and a write. */
  gapsAllowed: number;
}

interface LogFile {
  readonly inode: number;
  readonly bytes: Buffer;
  readonly size: number;
}

export class LogCheck {
  readonly #bed: LogFolder;
  readonly #follows: readonly Follow[] = PROGRAMS.filter(({ log }) => log !== 'none').map((program) => ({
    program,
    read: new Map(),
    last: new Map(),
    rest: '',
    gapsAllowed: 0,
  }));

  /** Lines that were seen. */
  lines = 0;
  /** Lines that a killed daemon had read and not written. */
  lost = 0;
  /** Lines in the pipe of a program that ended while there was no daemon: the kernel drops them. */
  unread = 0;

  /** What each run had written at the first look of a round. Later lines may not be in the log yet. */
  #wanted: ReadonlyMap<string, number> | null = null;

  constructor(bed: LogFolder) {
    this.#bed = bed;
  }

  /** The daemon is killed: what it had read and not written yet is lost. */
  allowLoss(): void {
    for (const follow of this.#follows) follow.gapsAllowed += 1;
  }

  /** A quiet moment was reached: from now on nothing may be missing again. */
  settle(): void {
    for (const follow of this.#follows) follow.gapsAllowed = 0;
  }

  /** The fault is over: what has been written by the next look must be logged soon. */
  recover(): void {
    this.#wanted = null;
  }

  /**
   * Reads what is new. Returns what has been written and is not in its log yet, or null.
   *
   * @throws Violation for a line that is missing, doubled or out of order
   */
  check(): string | null {
    this.#wanted ??= this.#progress();
    const written = this.#wanted;
    for (const follow of this.#follows) this.#read(follow);
    for (const [run, number] of written) {
      const name = run.slice(0, run.indexOf(':'));
      const id = run.slice(name.length + 1);
      const follow = this.#follows.find(({ program }) => program.name === name);
      if (follow === undefined || (follow.last.get(id) ?? 0) >= number) continue;
      // A run that ended while there was no daemon lost the unread rest of its pipe.
      if (follow.gapsAllowed > 0 && hasEnded(id)) {
        this.unread += number - (follow.last.get(id) ?? 0);
        rmSync(this.#bed.path(`progress/${run}`), { force: true });
        continue;
      }
      return `line ${number} of ${name} (run ${id}) is not in its log, which is at ${follow.last.get(id) ?? 0}`;
    }
    this.#forgetEnded(written);
    return null;
  }

  /** The last number that each run has written, as it wrote it down itself. */
  #progress(): Map<string, number> {
    const folder = this.#bed.path('progress');
    return new Map(
      readdirSync(folder).map((run) => [run, Number.parseInt(readIfThere(join(folder, run)), 10) || 0]),
    );
  }

  #forgetEnded(written: ReadonlyMap<string, number>): void {
    for (const run of written.keys()) {
      if (hasEnded(run.slice(run.indexOf(':') + 1)))
        rmSync(this.#bed.path(`progress/${run}`), { force: true });
    }
  }

  #read(follow: Follow): void {
    const end = follow.program.mode === 'unended' ? ';' : '\n';
    for (const { inode, bytes, size } of this.#newBytes(follow)) {
      follow.read.set(inode, size);
      const parts = (follow.rest + bytes.toString('latin1')).split(end);
      follow.rest = parts.pop() ?? '';
      for (const part of parts) this.#take(follow, part);
    }
  }

  #take(follow: Follow, line: string): void {
    const { program, last } = follow;
    const isFrail = program.log === 'frail';
    const match = LINE.exec(line);
    const [, name, id = '', digits] = match ?? [];
    if (match === null || name !== program.name) {
      if (isFrail || this.#mayLose(follow)) return;
      throw new Violation(`${fullName(program)}: its log has ${JSON.stringify(line.slice(0, 200))}`);
    }
    const number = Number(digits);
    const expected = (last.get(id) ?? 0) + 1;
    if (number < expected) {
      throw new Violation(`${fullName(program)}: line ${number} of run ${id} follows line ${expected - 1}`);
    }
    if (number > expected && !isFrail) {
      if (!this.#mayLose(follow)) {
        throw new Violation(
          `${fullName(program)}: lines ${expected} to ${number - 1} of run ${id} are missing`,
        );
      }
      this.lost += number - expected;
    }
    last.set(id, number);
    this.lines += 1;
  }

  #mayLose(follow: Follow): boolean {
    if (follow.gapsAllowed === 0) return false;
    follow.gapsAllowed -= 1;
    return true;
  }

  /** Of the log and its backups, the oldest first; taken again where the log was rotated meanwhile. */
  #newBytes({ program, read }: Follow): LogFile[] {
    const path = logPath(this.#bed.dir, program);
    const seen = this.#bed.seen(path.slice(this.#bed.dir.length + 1));
    for (;;) {
      const before = filesOf(seen);
      const files = before.flatMap((file) => readFrom(file, read));
      if (
        filesOf(seen).join() === before.join() &&
        files.every(({ inode }, at) => inode !== files[at + 1]?.inode)
      ) {
        return files;
      }
    }
  }
}

const LINE = /^([\w-]+) ([\d.]+) (\d+)$/;

/** By the pid in the name of the run; a pid that is used again keeps the run a little longer. */
function hasEnded(id: string): boolean {
  return !readIfThere(`/proc/${Number.parseInt(id, 10)}/cmdline`).includes('worker.pl');
}

function filesOf(path: string): string[] {
  const [folder, name] = [dirname(path), basename(path)];
  const numberOf = (file: string): number => Number(file.slice(name.length + 1)) || 0;
  try {
    return readdirSync(folder)
      .filter((file) => file === name || (file.startsWith(`${name}.`) && numberOf(file) > 0))
      .sort((left, right) => numberOf(right) - numberOf(left))
      .map((file) => join(folder, file));
  } catch {
    return [];
  }
}

function readFrom(path: string, read: ReadonlyMap<number, number>): LogFile[] {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return [];
  }
  try {
    const { ino: inode, size } = fstatSync(descriptor);
    // An emptied file begins anew.
    const from = size < (read.get(inode) ?? 0) ? 0 : (read.get(inode) ?? 0);
    const bytes = Buffer.alloc(size - from);
    const length = readSync(descriptor, bytes, 0, bytes.length, from);
    return [{ inode, bytes: bytes.subarray(0, length), size: from + length }];
  } finally {
    closeSync(descriptor);
  }
}
