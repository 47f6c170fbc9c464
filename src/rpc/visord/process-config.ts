/**
 * `visord.getProcessConfig`: the effective configuration of a process, without secrets.
 *
 * @module
 */
import { defaultConfig } from '../../config/tables/defaults.ts';
import { isEqual } from '../../config/tables/equality.ts';
import { PROGRAM_OPTIONS } from '../../config/tables/program-options.ts';
import { fieldValue, rowsOf } from '../../config/tables/record.ts';
import type { ProcessConfig } from '../../config/types.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { RpcStruct } from '../../xmlrpc/values.ts';
import { findProcess } from '../process-names.ts';

/** Replaces a secret. */
const HIDDEN = '***';

/** @param name of a process @throws RpcFault BAD_NAME */
export function processConfig(supervisor: SupervisorView, name: string): RpcStruct[] {
  const { config } = findProcess(supervisor, name);
  const defaults = defaultConfig(PROGRAM_OPTIONS);
  return rowsOf(PROGRAM_OPTIONS).flatMap((walked) => {
    const { key, row } = walked;
    const value = fieldValue(config, walked);
    if (value === undefined || (value === null && row.isNullable)) return [];
    const text = key === 'environment' ? environmentText(config) : withoutPasswords(row.type.format(value));
    const usual = fieldValue(defaults, walked);
    const isDefault = isEqual(value, usual) || (usual != null && row.type.format(usual) === text);
    return [{ key, value: text, default: isDefault }];
  });
}

function environmentText({ environment }: ProcessConfig): string {
  return Object.keys(environment)
    .map((variable) => `${variable}=${HIDDEN}`)
    .join(',');
}

/** The text with the passwords of its URLs hidden, as in `http://user:password@host` of a check. */
function withoutPasswords(text: string): string {
  return text.replace(/(\w:\/\/[^\s/:@]*):[^\s/@]+@/g, `$1:${HIDDEN}@`);
}
