import { expect, test } from 'vitest';
import { PAUSES_MS } from '../../../src/io/rounds.ts';
import { LARGEST_PIPE_BYTES, Pace } from '../../../src/process/channels/output-pace.ts';
import { fc } from '../../properties.ts';

const PIPE_BYTES = 64 << 10;

interface Step {
  readonly atMs: number;
  readonly bytes: number;
  readonly pipeBytes: number;
  /** Null when the channel was waited for. */
  readonly pauseMs: number | null;
}

/**
 * A program that writes evenly, a poller that reports each piece at once, and a pipe that is enlarged as wanted.
 *
 * @param bytesPerMs what the program writes
 * @param pieceBytes how much of it in one write
 */
function simulate(bytesPerMs: number, pieceBytes: number, lastMs: number, isQuickToRest = true): Step[] {
  const pace = new Pace({ pipeBytes: PIPE_BYTES, isQuickToRest });
  const everyMs = pieceBytes / bytesPerMs;
  const steps: Step[] = [];
  let pieces = 0;
  let pauseMs: number | null = null;
  for (let nowMs = everyMs; nowMs < lastMs; ) {
    const written = pauseMs === null ? pieces + 1 : Math.floor(nowMs / everyMs);
    const bytes = (written - pieces) * pieceBytes;
    pieces = written;
    steps.push({ atMs: nowMs, bytes, pipeBytes: pace.pipeBytes, pauseMs });
    pauseMs = pace.afterRead(bytes, nowMs);
    if (pauseMs !== null && pace.wantedPipeBytes > pace.pipeBytes) pace.pipeBytes = pace.wantedPipeBytes;
    nowMs = pauseMs === null ? (pieces + 1) * everyMs : nowMs + Math.max(pauseMs, 0.1);
  }
  return steps;
}

test('a program that writes now and then is read at each write', () => {
  const steps = simulate(0.1, 80, 10_000);
  expect(steps.every(({ bytes, pauseMs }) => bytes === 80 && pauseMs === null)).toBe(true);
});

test('a program that writes a line 500 times a second is read 30 times a second', () => {
  const steps = simulate(40, 80, 1000);
  expect(steps.length).toBeLessThan(45);
});

test('a program at 250 KB a second keeps its usual pipe, which is never half full', () => {
  const steps = simulate(250, 4096, 2000);
  expect(steps.length).toBeLessThan(130);
  expect(steps.every(({ pipeBytes, bytes }) => pipeBytes === PIPE_BYTES && bytes < pipeBytes / 2)).toBe(true);
});

test('a program at 1 MB a second is read 30 times a second, from a pipe that is never more than half full', () => {
  const steps = simulate(1000, 4096, 2000);
  expect(steps.length).toBeLessThan(90);
  expect(steps.every(({ pipeBytes, bytes }) => pipeBytes <= 4 * PIPE_BYTES && bytes <= pipeBytes / 2)).toBe(
    true,
  );
});

test('whatever the rate, after its first moments no write finds a full pipe', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 10, max: 700_000, noNaN: true }),
      fc.integer({ min: 40, max: 16_384 }),
      (bytesPerMs, pieceBytes) => {
        const late = simulate(bytesPerMs, pieceBytes, 400).filter(({ atMs }) => atMs > 50);
        const fullest = Math.max(0, ...late.map(({ bytes, pipeBytes }) => bytes / pipeBytes));
        expect(fullest).toBeLessThan(0.8);
      },
    ),
  );
});

test('a flood is given the largest pipe, and is read in large pieces', () => {
  const late = simulate(500_000, 4096, 200).filter(({ atMs }) => atMs > 20);
  expect(late.every(({ pipeBytes }) => pipeBytes === LARGEST_PIPE_BYTES)).toBe(true);
  const average = late.reduce((sum, { bytes }) => sum + bytes, 0) / late.length;
  expect(average).toBeGreaterThan(200 << 10);
});

test('a program that stops writing is read less and less often, and then waited for', () => {
  const pace = new Pace({ pipeBytes: PIPE_BYTES, isQuickToRest: true });
  pace.afterRead(60_000, 0);
  let reads = 0;
  let nowMs = 0;
  for (let pauseMs: number | null = 0.5; pauseMs !== null; reads += 1) {
    nowMs += pauseMs;
    pauseMs = pace.afterRead(0, nowMs);
  }
  expect(nowMs).toBeLessThan(100);
  expect(reads).toBeLessThan(12);
});

test('a program that writes piece by piece is paused for only when it writes much at once', () => {
  expect(simulate(40, 80, 1000, false).every(({ bytes }) => bytes === 80)).toBe(true);
  const pace = new Pace({ pipeBytes: PIPE_BYTES, isQuickToRest: false });
  expect(pace.afterRead(100, 1)).toBe(null);
  expect(pace.afterRead(40_000, 2)).not.toBe(null);
});

test('a pause is one that the timer knows, or none', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 2 << 20 }), fc.double({ min: 0, max: 50, noNaN: true }))),
      (reads) => {
        const pace = new Pace({ pipeBytes: PIPE_BYTES, isQuickToRest: true });
        let nowMs = 0;
        for (const [bytes, afterMs] of reads) {
          nowMs += afterMs;
          expect([null, 0, ...PAUSES_MS]).toContain(pace.afterRead(bytes, nowMs));
          expect(pace.wantedPipeBytes).toBeGreaterThanOrEqual(PIPE_BYTES);
          expect(pace.wantedPipeBytes).toBeLessThanOrEqual(LARGEST_PIPE_BYTES);
        }
      },
    ),
  );
});
