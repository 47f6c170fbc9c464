/**
 * The HTTP status of each fault of a method.
 *
 * @module
 */
import { FAULT_CODES, type FaultName } from '../../rpc/faults.ts';

/** The statuses of faults. 5xx is for problems of the daemon itself, as proxies repeat such requests. */
export type FaultStatus = 400 | 404 | 409 | 422 | 503;

export const FAULT_STATUS = {
  UNKNOWN_METHOD: 404,
  INCORRECT_PARAMETERS: 400,
  BAD_ARGUMENTS: 400,
  SIGNATURE_UNSUPPORTED: 404,
  SHUTDOWN_STATE: 503,
  BAD_NAME: 404,
  BAD_SIGNAL: 400,
  NO_FILE: 404,
  NOT_EXECUTABLE: 422,
  FAILED: 422,
  ABNORMAL_TERMINATION: 422,
  SPAWN_ERROR: 422,
  ALREADY_STARTED: 409,
  NOT_RUNNING: 409,
  SUCCESS: 422,
  ALREADY_ADDED: 409,
  STILL_RUNNING: 409,
  CANT_REREAD: 422,
} as const satisfies Readonly<Record<FaultName, FaultStatus>>;

/** Of faults that plugins have beside those of the table. */
export const OTHER_FAULT_STATUS = 422;

const NAMES: ReadonlyMap<number, FaultName> = new Map(
  (Object.keys(FAULT_CODES) as FaultName[]).map((name) => [FAULT_CODES[name], name]),
);

/** The name of a fault's code; null for a code that is not in the table. */
export function faultName(code: number): FaultName | null {
  return NAMES.get(code) ?? null;
}
