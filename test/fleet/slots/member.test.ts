import { describe, expect, test } from 'vitest';
import { leaseTimes, stopMs } from '../../../src/fleet/slots/times.ts';
import { fc } from '../../properties.ts';
import { type Fault, simulate } from './simulation.ts';

const LEASE_SECONDS = 15;
const STOP_WAIT_SECONDS = 10;

const kinds: Fault['kind'][] = [
  'cut',
  'deaf',
  'pause',
  'sleep',
  'kill',
  'forget',
  'crash',
  'revoke',
  'outage',
  'drain',
];

function faults(nodes: number, most: number, untilMs: number): fc.Arbitrary<Fault[]> {
  return fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      node: fc.nat(nodes - 1),
      atMs: fc.nat(untilMs),
      forMs: fc.integer({ min: 100, max: 40_000 }),
    }),
    { maxLength: most },
  );
}

describe('a fleet with faults of all kinds', () => {
  test('never runs a program on two nodes, and on one again when the faults are over', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.nat(2 ** 31),
        faults(5, 14, 120_000),
        fc.array(fc.double({ min: 0.92, max: 1.08, noNaN: true }), { maxLength: 5 }),
        (nodes, seed, list, speeds) => {
          const result = simulate({
            nodes,
            count: 1,
            leaseSeconds: LEASE_SECONDS,
            stopWaitSeconds: STOP_WAIT_SECONDS,
            seed,
            speeds,
            faults: list,
            calmFromMs: 180_000,
            untilMs: 260_000,
          });
          expect(result.overlaps).toEqual([]);
          expect(result.tokensInOrder).toBe(true);
          expect(result.running).toHaveLength(1);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('never runs it on more nodes than run_on', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), faults(6, 14, 120_000), (seed, list) => {
        const result = simulate({
          nodes: 6,
          count: 3,
          leaseSeconds: LEASE_SECONDS,
          stopWaitSeconds: STOP_WAIT_SECONDS,
          seed,
          speeds: [],
          faults: list,
          calmFromMs: 180_000,
          untilMs: 260_000,
        });
        expect(result.overlaps).toEqual([]);
        expect(result.running).toHaveLength(3);
      }),
      { numRuns: 25 },
    );
  });

  test('gives a second slot back, which a request that was late has taken', () => {
    const result = simulate({
      nodes: 6,
      count: 3,
      leaseSeconds: LEASE_SECONDS,
      stopWaitSeconds: STOP_WAIT_SECONDS,
      seed: 1_932_687_322,
      speeds: [],
      faults: [
        { kind: 'outage', node: 0, atMs: 80_985, forMs: 26_261 },
        { kind: 'cut', node: 3, atMs: 0, forMs: 19_973 },
        { kind: 'kill', node: 2, atMs: 14_396, forMs: 39_988 },
        { kind: 'crash', node: 5, atMs: 119_530, forMs: 100 },
      ],
      calmFromMs: 180_000,
      untilMs: 260_000,
    });
    expect(result.overlaps).toEqual([]);
    expect(result.running).toHaveLength(3);
  });
});

describe('the times of a lease', () => {
  test('a program is stopped at 1/2 to 2/3 of it, and killed at 3/4', () => {
    const times = leaseTimes(15);
    expect([times.killMs, times.takeoverMs, times.storeSeconds]).toEqual([11_250, 15_000, 5]);
    expect([0, 1, 2, 10].map((seconds) => stopMs(times, seconds))).toEqual([10_000, 10_000, 9250, 7500]);
  });

  test('are in order for every lease', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 3600 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seconds, part) => {
          const times = leaseTimes(seconds);
          const stopAtMs = stopMs(times, (part * seconds * 2) / 3);
          expect(3 * times.renewMs).toBeLessThanOrEqual(times.storeSeconds * 1000);
          expect(times.renewMs + times.callMs).toBeLessThan(stopAtMs);
          expect(stopAtMs).toBeLessThan(times.killMs);
          // A clock that is a fifth slower than that of the other node.
          expect(times.killMs / 0.8).toBeLessThan(times.takeoverMs);
        },
      ),
    );
  });
});
