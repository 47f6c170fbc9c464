/**
 * What the benchmark measures: cases yield samples, figures are read off the samples.
 *
 * @module
 */

/** The two sides, which take turns. */
export type SideName = 'ours' | 'reference';

/** Other programs for the same work; measured where they are installed (`scripts/setup.mjs --peers`). */
export const PEERS = ['pm2', 's6-log', 'svlogd', 'cat'] as const;
export type PeerName = (typeof PEERS)[number];

/** What is measured. The floor is what the kernel alone takes for the same work. */
export type SubjectName = SideName | 'floor' | PeerName;

/** A supervisord command under measurement. */
export interface Subject {
  readonly name: SideName;
  readonly command: readonly string[];
}

/** Values by the name of what was sampled; times in seconds, memory in bytes, rates in events per second. */
export type Samples = Readonly<Record<string, readonly number[]>>;

/** How much is done for one round. */
export interface Effort {
  readonly rounds: number;
  /** Programs of the case `many`. */
  readonly programs: number;
  readonly boots: number;
  /** Kills of the case `restart`: at most this number, and no more than fit into `restartSeconds`. */
  readonly restarts: number;
  readonly restartSeconds: number;
  readonly starts: number;
  /** How long calls are repeated for a rate; a call that is under way is waited for. */
  readonly callSeconds: number;
  readonly idleSeconds: number;
  /** Events of the case `events`, for each listener. */
  readonly events: number;
}

/** One setting that is measured on every subject. */
export interface Case {
  readonly name: string;
  /** What is set up, for the documentation. */
  readonly setting: string;
  /** Upper bound for one run on one subject, in seconds. */
  readonly timeoutSeconds: number;
  /** Measured in this number of the rounds at most, because it takes long; in all of them if not given. */
  readonly rounds?: number;
  /** The reference takes too long for it; the setting mentions it. */
  readonly isOursAlone?: true;
  /** Left out by `--quick`. */
  readonly isLarge?: true;
  readonly figures: readonly Figure[];
  /** How figures grow with the number of programs. */
  readonly curves?: readonly Curve[];
  run(subject: Subject, effort: Effort): Promise<Samples>;
  /** The same work without a supervisor, where that can be measured. */
  floor?(effort: Effort): Promise<Samples>;
  /** The same work by peers; null where they are not installed. Measured in the first round only. */
  readonly peers?: Readonly<Partial<Record<PeerName, (effort: Effort) => Promise<Samples | null>>>>;
}

export type Unit = 'time' | 'rate' | 'memory' | 'count' | 'ratio';

/** A number that people read, computed from the pooled samples of all rounds. */
export interface Figure {
  readonly name: string;
  /** `{programs}` stands for the number of programs of the run. */
  readonly title: string;
  readonly meaning: string;
  readonly unit: Unit;
  readonly better: 'lower' | 'higher';
  /** 1 stands first in the table; figures without a place follow, in the order of their cases. */
  readonly place?: number;
  /** What was aimed at; several targets are judged one by one. */
  readonly target?: Target | readonly Target[];
  /** Not a number where the samples it needs are missing. */
  value(samples: Samples): number;
}

/** A figure for different numbers of programs. */
export interface Curve {
  readonly name: string;
  readonly title: string;
  readonly meaning: string;
  readonly unit: Unit;
  /** The numbers of programs, ascending. */
  readonly counts: readonly number[];
  /** The name of the samples for a number of programs. */
  sample(count: number): string;
}

export type Target =
  | { readonly kind: 'at most'; readonly value: number }
  | { readonly kind: 'between'; readonly low: number; readonly high: number }
  | { readonly kind: 'times better'; readonly atLeast: number }
  /** Ours is at most `times` the value of the other; for figures of which less is better. */
  | { readonly kind: 'at most of'; readonly times: number; readonly of: Exclude<SubjectName, 'ours'> }
  /** The same for figures of which more is better: ours is at least `times` the value of the other. */
  | { readonly kind: 'at least of'; readonly times: number; readonly of: Exclude<SubjectName, 'ours'> };
