/**
 * The interface of a target of the fuzzer. Each target runs in its own process, so that an input that takes too
 * long or all of the memory ends only that process, and is reported.
 *
 * @module
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { createRandom, type Random } from '../harness/random.ts';

export interface Target {
  readonly name: string;
  readonly title: string;
  /** What the target needs and this machine lacks; null if it lacks nothing. */
  readonly missing?: () => string | null;
  /** Runs until `fuzz.mayGoOn()` is false. @throws Failure */
  readonly run: (fuzz: Fuzz) => Promise<void>;
}

/** A property that does not hold for the last input. */
export class Failure extends Error {}

export interface FuzzOptions {
  readonly seed: number;
  readonly inputs: number;
  readonly seconds: number;
  /** The file that always has the last input, for the process that watches. */
  readonly currentFile: string;
}

/** Limits of CPU time for one input, and for each of its characters: a quadratic algorithm takes far longer. */
const MOST_CPU_MS = 1000;
const MOST_CPU_MS_PER_CHARACTER = 0.02;

export class Fuzz {
  readonly random: Random;
  readonly #options: FuzzOptions;
  readonly #endsAt: number;
  readonly #current: number;
  /** Inputs so far. */
  count = 0;
  /** Counts of events, for the report. */
  readonly seen = new Map<string, number>();

  constructor(options: FuzzOptions) {
    this.random = createRandom(options.seed);
    this.#options = options;
    this.#endsAt = performance.now() + options.seconds * 1000;
    this.#current = openSync(options.currentFile, 'w');
  }

  mayGoOn(): boolean {
    return this.count < this.#options.inputs && performance.now() < this.#endsAt;
  }

  /** The next input is used: the process that watches finds it in the file if it takes too long. */
  begin(input: string | Buffer): void {
    this.count += 1;
    const bytes = Buffer.from(input);
    writeSync(
      this.#current,
      Buffer.concat([Buffer.from(`${this.count} ${bytes.length}\n`), bytes]),
      0,
      null,
      0,
    );
  }

  /** Runs something on an input, and bounds the CPU time that it takes. @throws Failure */
  trial<Result>(input: string | Buffer, act: () => Result): Result {
    this.begin(input);
    const before = process.cpuUsage();
    const result = act();
    const { user, system } = process.cpuUsage(before);
    const spentMs = (user + system) / 1000;
    const mostMs = MOST_CPU_MS + input.length * MOST_CPU_MS_PER_CHARACTER;
    if (spentMs > mostMs && this.#isSlowAgain(act, mostMs)) {
      throw new Failure(`${Math.round(spentMs)} ms of CPU time for ${input.length} characters`);
    }
    return result;
  }

  saw(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  close(): void {
    closeSync(this.#current);
  }

  /** One of the runs may include a garbage collection, but not each. */
  #isSlowAgain(act: () => unknown, mostMs: number): boolean {
    return [1, 2].every(() => {
      const before = process.cpuUsage();
      act();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000 > mostMs;
    });
  }
}

/** The input as a report shows it. */
export function shown(input: string | Buffer): string {
  const text = JSON.stringify(typeof input === 'string' ? input : input.toString('latin1'));
  return text.length <= 600
    ? text
    : `${text.slice(0, 400)}… (${text.length} characters) …${text.slice(-100)}`;
}
