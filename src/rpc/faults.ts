/**
 * The faults that a method can answer with.
 *
 * @module
 */

/** One row of the table of faults. */
interface Fault {
  readonly code: number;
  /** When it occurs, as the end of a sentence. */
  readonly when: string;
}

/** The faults by name; a fault's string is `NAME` or `NAME: detail`. */
export const FAULTS = {
  UNKNOWN_METHOD: { code: 1, when: 'no method has this name' },
  INCORRECT_PARAMETERS: { code: 2, when: 'the arguments are too few, too many or of a wrong type' },
  BAD_ARGUMENTS: { code: 3, when: 'the offset or the length of a part of a log is not valid' },
  SIGNATURE_UNSUPPORTED: { code: 4, when: 'the help or the signature of an unknown method is requested' },
  SHUTDOWN_STATE: { code: 6, when: 'the daemon is shutting down or restarting' },
  BAD_NAME: { code: 10, when: 'no process or group has this name' },
  BAD_SIGNAL: { code: 11, when: 'no signal has this name or number' },
  NO_FILE: {
    code: 20,
    when: 'a log or the command of the program does not exist, or the stdin of the process is closed',
  },
  NOT_EXECUTABLE: { code: 21, when: 'the program cannot be executed' },
  FAILED: { code: 30, when: 'an operation failed' },
  ABNORMAL_TERMINATION: { code: 40, when: 'the process exited before it was RUNNING' },
  SPAWN_ERROR: { code: 50, when: 'the process could not be spawned' },
  ALREADY_STARTED: { code: 60, when: 'the process is running already' },
  NOT_RUNNING: { code: 70, when: 'the process is not running' },
  SUCCESS: {
    code: 80,
    when: 'the operation succeeded; only a status in the result of a call for several processes',
  },
  ALREADY_ADDED: { code: 90, when: 'the group is active already' },
  STILL_RUNNING: { code: 91, when: 'a process that a call would remove is still running' },
  CANT_REREAD: { code: 92, when: 'the configuration cannot be read' },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;

/** The code of each fault by its name. */
export const FAULT_CODES = codesOf(FAULTS);

/** The faults of every method. */
export const COMMON_FAULTS: readonly FaultName[] = [
  'UNKNOWN_METHOD',
  'INCORRECT_PARAMETERS',
  'SHUTDOWN_STATE',
];

/** A method refuses; the message is the fault's string, `NAME` or `NAME: detail`. */
export class RpcFault extends Error {
  override readonly name = 'RpcFault';
  readonly code: number;

  constructor(fault: FaultName, detail?: string | null) {
    super(detail === undefined || detail === null ? fault : `${fault}: ${detail}`);
    this.code = FAULT_CODES[fault];
  }
}

function codesOf<T extends Readonly<Record<string, Fault>>>(
  faults: T,
): { readonly [Name in keyof T]: T[Name]['code'] } {
  const codes = Object.entries(faults).map(([name, { code }]) => [name, code]);
  return Object.fromEntries(codes);
}
