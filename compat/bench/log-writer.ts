/**
 * Programs that write logs and report how that went.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonCommand } from './python.ts';

/** What a program does that writes as fast as it can. */
export interface Flood {
  /** Bytes of one write: a line, the buffer of the C library, or much at once. */
  readonly writeBytes: number;
  readonly totalBytes: number;
}

/** The measurements of a program. */
export interface Written {
  readonly bytes: number;
  readonly seconds: number;
  /** The time of the longest write. */
  readonly longestSeconds: number;
}

const FLOOD = `
import os, sys, time
report, size, total = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
line = b'%08d 2026-01-01 00:00:00,000 INFO worker a short line, as programs log them ...\\n'
block = b''.join(line % n for n in range(size // 80 + 1))[:size - 1] + b'\\n'
clock, write = time.perf_counter, os.write
done, longest, start = 0, 0, clock()
before = start
while done < total:
    done += write(1, block)
    now = clock()
    if now - before > longest: longest = now - before
    before = now
with open(report + '.new', 'w') as file: file.write('%d %.9f %.9f' % (done, before - start, longest))
os.rename(report + '.new', report)
`;

/**
 * Waits for the file GO, then writes its share of blocks of 4 KB 50 times a second; what it misses because the machine is
 * busy is not made up for. A write that finds no room is counted, and then made all the same.
 */
const STEADY = `
import os, sys, time
go, report, rate, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
block = (b'a short line, as programs log them, of 64 bytes with its newline\\n' * 64)[:4095] + b'\\n'
share = range(rate // 50 // len(block) + 1)
while not os.path.exists(go): time.sleep(0.02)
clock = time.perf_counter
done, longest, full, start = 0, 0, 0, clock()
step = start
os.set_blocking(1, False)
while clock() - start < seconds:
    for _ in share:
        before = clock()
        try: count = os.write(1, block)
        except BlockingIOError: count = 0
        if count < len(block):
            full += 1
            os.set_blocking(1, True)
            os.write(1, block[count:])
            os.set_blocking(1, False)
        longest = max(longest, clock() - before)
        done += len(block)
    step = max(step + 0.02, clock())
    time.sleep(step - clock() if step > clock() else 0)
with open(report + '.new', 'w') as file: file.write('%d %.9f %.9f %d' % (done, clock() - start, longest, full))
os.rename(report + '.new', report)
`;

/** The command of a program that floods its stdout and then writes a report. */
export function floodCommand(dir: string, report: string, { writeBytes, totalBytes }: Flood): string {
  return `${script(dir, 'flood.py', FLOOD)} ${report} ${writeBytes} ${totalBytes}`;
}

/** The command of a program that writes at a rate for a time, once the file `go` exists. */
export function steadyCommand(
  dir: string,
  { go, report, rate, seconds }: { go: string; report: string; rate: number; seconds: number },
): string {
  return `${script(dir, 'steady.py', STEADY)} ${go} ${report} ${rate} ${seconds}`;
}

/** The report of a program, with the number of writes that found no room where it counts them; null before. */
export function readReport(report: string): (Written & { readonly full: number }) | null {
  if (!existsSync(report)) return null;
  const [bytes = 0, seconds = 0, longestSeconds = 0, full = 0] = readFileSync(report, 'utf8')
    .split(' ')
    .map(Number);
  return { bytes, seconds, longestSeconds, full };
}

function script(dir: string, name: string, text: string): string {
  const file = join(dir, name);
  writeFileSync(file, text);
  return `${pythonCommand()} -I -S ${file}`;
}
