/**
 * `visord.runHook`: runs a hook of a process, without a start or a stop.
 *
 * @module
 */
import type { HookName } from '../../process/machine/policy.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { RpcFault } from '../faults.ts';
import { findProcess } from '../process-names.ts';

const HOOK_OF: ReadonlyMap<string, HookName> = new Map([
  ['pre_start_hook', 'pre_start'],
  ['post_start_hook', 'post_start'],
  ['pre_stop_hook', 'pre_stop'],
  ['post_stop_hook', 'post_stop'],
]);

/** @param key of the configuration, as `pre_stop_hook` @throws RpcFault BAD_NAME, INCORRECT_PARAMETERS, FAILED */
export async function runHook(supervisor: SupervisorView, name: string, key: string): Promise<boolean> {
  const process = findProcess(supervisor, name);
  const hook = HOOK_OF.get(key);
  if (hook === undefined) throw new RpcFault('INCORRECT_PARAMETERS');
  const done = supervisor.runHook(process, hook);
  if (done === undefined) throw new RpcFault('FAILED', `${name} has no ${key}`);
  const failure = await done;
  if (failure !== null) throw new RpcFault('FAILED', failure);
  return true;
}
