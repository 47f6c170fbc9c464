import { afterEach, expect, test } from 'vitest';
import { now } from '../../src/io/clock.ts';
import { type IoLoop, ioLoop } from '../../src/io/io-loop.ts';
import { setWallAlarm } from '../../src/io/wall-alarm.ts';

let io: IoLoop = ioLoop();

afterEach(() => {
  io.close();
  io = ioLoop();
});

test('an alarm fires once, at its moment', async () => {
  const atMs = now().wallMs + 30;
  let rings = 0;
  await new Promise<void>((resolve) => {
    setWallAlarm(io, atMs, () => {
      rings += 1;
      expect(now().wallMs).toBeGreaterThanOrEqual(atMs);
      setWallAlarm(io, now().wallMs + 10, resolve);
    });
  });
  expect(rings).toBe(1);
});

test('an alarm for a moment that has passed fires in a later turn, and a cancelled alarm never', async () => {
  let isCancelledOneRung = false;
  setWallAlarm(io, now().wallMs - 1000, () => {
    isCancelledOneRung = true;
  })();
  let isReturned = false;
  await new Promise<void>((resolve) => {
    setWallAlarm(io, now().wallMs - 1000, () => {
      expect(isReturned).toBe(true);
      setWallAlarm(io, now().wallMs + 10, resolve);
    });
    isReturned = true;
  });
  expect(isCancelledOneRung).toBe(false);
});

test('an alarm without a moment can be cancelled', () => {
  setWallAlarm(io, Number.POSITIVE_INFINITY, () => expect.unreachable())();
});
