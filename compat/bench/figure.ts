/**
 * What the benchmark measures: cases yield samples, figures are read off the samples.
 *
 * @module
 */

/** Who is measured. The floor is what the kernel alone takes for the same work. */
export type SubjectName = 'ours' | 'reference' | 'floor';

/** A supervisord command under measurement. */
export interface Subject {
  readonly name: SubjectName;
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
  /** Kills of the case `restart`: so many, or as many as fit into `restartSeconds`. */
  readonly restarts: number;
  readonly restartSeconds: number;
  readonly starts: number;
  /** How long calls are repeated for a rate; a call that is under way is waited for. */
  readonly callSeconds: number;
  readonly idleSeconds: number;
}

/** One setting that is measured on every subject. */
export interface Case {
  readonly name: string;
  /** What is set up, for the documentation. */
  readonly setting: string;
  /** Upper bound for one run on one subject, in seconds. */
  readonly timeoutSeconds: number;
  readonly figures: readonly Figure[];
  run(subject: Subject, effort: Effort): Promise<Samples>;
  /** The same work without a supervisor, where that can be measured. */
  floor?(effort: Effort): Promise<Samples>;
}

export type Unit = 'time' | 'rate' | 'memory';

/** A number that people read, computed from the pooled samples of all rounds. */
export interface Figure {
  readonly name: string;
  /** `{programs}` stands for the number of programs of the run. */
  readonly title: string;
  readonly meaning: string;
  readonly unit: Unit;
  readonly better: 'lower' | 'higher';
  readonly target?: Target;
  /** Not a number where the samples it needs are missing. */
  value(samples: Samples): number;
}

export type Target =
  | { readonly kind: 'at most'; readonly value: number }
  | { readonly kind: 'between'; readonly low: number; readonly high: number }
  | { readonly kind: 'times better'; readonly atLeast: number };
