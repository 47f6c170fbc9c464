/**
 * Starts child processes, and reports their ends.
 *
 * @module
 */
import { addon } from './addon.ts';
import { type RlimitName, resources } from './limits.ts';
import { checked, errnoName } from './posix-error.ts';
import { attributeNumbers, type SpawnAttributes } from './spawn-attributes.ts';

/** The descriptors 0, 1 and 2 of the child. */
export type SpawnStdio =
  /** Descriptors of this process. */
  | { readonly stdin: number; readonly stdout: number; readonly stderr: number }
  /**
   * FIFOs that the child opens itself, read-write; where there is no third, its stderr is its stdout. Only where
   * `opensFifos()`, and not with `keep`. No descriptor is copied then, so that the cost does not grow with their number.
   */
  | {
      readonly fifos:
        | readonly [stdin: string, stdout: string, stderr: string]
        | readonly [stdin: string, stdout: string];
    };

export type SpawnSpec = SpawnProgram & SpawnStdio;

/** What is executed, and how. */
export interface SpawnProgram {
  /** The path to execute; it is not searched for. */
  readonly file: string;
  readonly argv: readonly string[];
  /** `KEY=value` each; nothing is inherited. */
  readonly env: readonly string[];
  /** Null means the directory of this process. */
  readonly cwd: string | null;
  /** Null means the umask of this process. */
  readonly umask: number | null;
  /** Null keeps the user; otherwise setgroups, setgid and setuid are called, which needs root. */
  readonly credentials: {
    readonly uid: number;
    readonly gid: number;
    readonly groups: readonly number[];
  } | null;
  /** A session of its own instead of only a process group of its own. */
  readonly session?: boolean;
  /** No process group of its own: signals of the terminal and to our group reach the child too. */
  readonly sameGroup?: boolean;
  /** Further descriptors, from 3 up, that the child keeps under their own numbers. */
  readonly keep?: readonly number[];
  /** Descriptors of this process that the child has under other numbers, from 3 up; not with `fifos`. */
  readonly moves?: readonly { readonly from: number; readonly to: number }[];
  /** A FIFO that the child opens itself, read-write, as one more descriptor from 3 up; null or left out is none. */
  readonly extraFifo?: ExtraFifo | null;
  /** Names of variables whose value becomes the pid of the child. */
  readonly pidVariables?: readonly string[];
  /** What the child writes before it executes the program; null or left out is nothing. */
  readonly note?: SpawnNote | null;
  /** The same for the guard of programs that must end in time. */
  readonly guardNote?: SpawnNote | null;
  /** The program is not executed after this moment of CLOCK_BOOTTIME, in milliseconds; 0 or left out means without a limit. */
  readonly notAfterMs?: number;
  /** Set while still root, so that a hard limit can be raised. -1 is unlimited. */
  readonly rlimits?: readonly SpawnRlimit[];
  /** Folder of the cgroup (v2) that the child is started in; null or left out is that of this process. */
  readonly cgroup?: string | null;
  /** None of them where it is left out. */
  readonly attributes?: SpawnAttributes | undefined;
}

export interface ExtraFifo {
  readonly path: string;
  readonly descriptor: number;
}

/**
 * A text that the child writes in one piece before it executes the program, so that its pid is on record also where
 * this process is killed at that moment. What cannot be written is not reported.
 */
export interface SpawnNote {
  readonly descriptor: number;
  /** Where the child shares our memory, it is what was written afterwards. */
  readonly text: Buffer;
  /** Offset at which the pid is written: `PID_DIGITS` bytes. */
  readonly pidAt: number;
  /** Offset at which the start time of proc(5) is written, if it can be read: `TICKS_DIGITS` bytes. */
  readonly startTicksAt: number;
}

export interface SpawnRlimit {
  readonly resource: RlimitName;
  readonly soft: number;
  readonly hard: number;
}

/** In the order of `enum spawn_step` in core.h, which is the order of execution. */
const steps = [
  'setpgid',
  'setsid',
  'dup2',
  'open',
  'cgroup',
  'setrlimit',
  'nice',
  'ionice',
  'oom_score_adj',
  'cpu_affinity',
  'setgroups',
  'setgid',
  'setuid',
  'capabilities',
  'no_new_privs',
  'chdir',
  'late',
  'execve',
] as const;

/** What the child was doing when it failed between fork and exec. */
export type SpawnStep = (typeof steps)[number];

export interface SpawnFailure {
  readonly step: SpawnStep;
  readonly errno: number;
  readonly code: string;
  /** Of the step setrlimit: the limit that could not be set. */
  readonly resource?: RlimitName;
}

export interface SpawnOutcome {
  readonly pid: number;
  /** Where it is set, the child never ran the program: it ends with status 127 and must be reaped all the same. */
  readonly failure: SpawnFailure | null;
  /** As in /proc/PID/stat, where a note was written; null where it is not known. */
  readonly startTicks: number | null;
}

/**
 * Starts a child: own process group (but for `sameGroup`), no descriptors but 0 to 2 and `keep`, nothing
 * blocked, every signal default but SIGPIPE and SIGXFSZ, which are ignored (what a child of the reference sees).
 *
 * @throws PosixError `fork` when no process was started: EAGAIN, ENOMEM, EMFILE
 * @throws TypeError when a string holds a NUL byte
 */
export function spawn(spec: SpawnSpec): SpawnOutcome {
  const failure = new Int32Array(3);
  const {
    credentials,
    moves = [],
    pidVariables = [],
    note = null,
    guardNote = null,
    extraFifo = null,
  } = spec;
  const others = pidVariables.length === 0 ? spec.env : without(spec.env, pidVariables);
  const env = pidVariables.length === 0 ? others : [...others, ...pidVariables.map(roomForPid)];
  const pid = addon.spawn(
    spec.file,
    spec.argv,
    env,
    spec.cwd,
    'fifos' in spec ? NO_DESCRIPTORS : Int32Array.of(spec.stdin, spec.stdout, spec.stderr),
    'fifos' in spec ? spec.fifos : null,
    spec.umask ?? -1,
    spec.session ?? false,
    spec.sameGroup ?? false,
    credentials && Uint32Array.of(credentials.uid, credentials.gid, ...credentials.groups),
    Int32Array.from(spec.keep ?? []),
    Float64Array.from((spec.rlimits ?? []).flatMap(rlimitNumbers)),
    failure,
    Int32Array.from(moves.flatMap(({ from, to }) => [from, to])),
    Int32Array.from(pidVariables, (_, index) => others.length + index),
    spec.attributes === undefined ? NO_ATTRIBUTES : Int32Array.from(attributeNumbers(spec.attributes)),
    note?.text ?? null,
    noteNumbers(note),
    extraFifo?.path ?? null,
    extraFifo?.descriptor ?? -1,
    spec.cgroup ?? null,
    guardNote?.text ?? null,
    noteNumbers(guardNote),
    spec.notAfterMs ?? 0,
  );
  return { pid: checked('fork', pid), failure: failureOf(failure, spec), startTicks: ticksIn(note) };
}

function noteNumbers(note: SpawnNote | null): Int32Array {
  return note === null ? NO_NOTE : Int32Array.of(note.descriptor, note.pidAt, note.startTicksAt);
}

/** What the child has written; a child that does not share our memory leaves the text as it was. */
function ticksIn(note: SpawnNote | null): number | null {
  if (note === null) return null;
  const { text, startTicksAt } = note;
  const ticks = Number.parseInt(text.toString('latin1', startTicksAt, startTicksAt + TICKS_DIGITS), 10);
  return ticks > 0 ? ticks : null;
}

/** A program takes the first variable of a name. */
function without(env: readonly string[], names: readonly string[]): readonly string[] {
  return env.filter((variable) => !names.some((name) => variable.startsWith(`${name}=`)));
}

function roomForPid(name: string): string {
  return `${name}=${' '.repeat(PID_DIGITS)}`;
}

/** How many bytes are kept for a pid, and for a start time; as in core.h. */
export const PID_DIGITS = 10;
export const TICKS_DIGITS = 20;

const NO_NOTE = new Int32Array(3);

const NO_ATTRIBUTES = new Int32Array(0);

const NO_DESCRIPTORS = Int32Array.of(-1, -1, -1);

/** Whether a child can open its own FIFOs here: not before Linux 5.9, nor where vfork is emulated. */
export function opensFifos(): boolean {
  return addon.opensFifos();
}

function rlimitNumbers({ resource, soft, hard }: SpawnRlimit): number[] {
  return [resources.indexOf(resource), soft, hard];
}

function failureOf(report: Int32Array, { rlimits }: SpawnProgram): SpawnFailure | null {
  const [index = 0, errno = 0, limit = 0] = report;
  const step = steps[index];
  if (errno === 0 || step === undefined) {
    return null;
  }
  const resource = step === 'setrlimit' ? rlimits?.[limit]?.resource : undefined;
  return { step, errno, code: errnoName(errno), ...(resource && { resource }) };
}

export interface Exit {
  readonly pid: number;
  /** As waitpid(2) gives it: exit status in bits 8 to 15, or the signal in bits 0 to 6. */
  readonly status: number;
}

const exitRecords = new Int32Array(2 * 64);

/** Reaps every child that has ended, also orphans of other processes; empty where none has. Never blocks. */
export function reap(): readonly Exit[] {
  const exits: Exit[] = [];
  for (;;) {
    const count = addon.reap(exitRecords);
    for (let i = 0; i < count; i++) {
      exits.push({ pid: exitRecords[2 * i] ?? 0, status: exitRecords[2 * i + 1] ?? 0 });
    }
    if (2 * count < exitRecords.length) return exits;
  }
}
