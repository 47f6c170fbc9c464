/**
 * Faults of plugins, which have codes of their own.
 *
 * @module
 */
import { FAULT_CODES, type FaultName, RpcFault } from '../faults.ts';

/** A fault of any code; the message is its whole string. */
export class CodedFault extends RpcFault {
  override readonly code: number;

  constructor(code: number, text: string) {
    super('FAILED');
    this.code = code;
    this.message = text;
  }
}

/** A fault by its name, as `BAD_NAME`, or by a code: one of the reference's own, or any other. */
export function faultOf(fault: FaultName | number, detail?: string): RpcFault {
  if (typeof fault === 'string') return new RpcFault(checkedName(fault), detail);
  const known = (Object.keys(FAULT_CODES) as FaultName[]).find((name) => FAULT_CODES[name] === fault);
  return known ? new RpcFault(known, detail) : new CodedFault(fault, detail ?? 'UNKNOWN');
}

function checkedName(name: FaultName): FaultName {
  if (!Object.hasOwn(FAULT_CODES, name)) throw new TypeError(`there is no fault ${name}`);
  return name;
}
