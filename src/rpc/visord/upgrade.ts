/**
 * `visord.upgrade`: an upgrade in place.
 *
 * @module
 */
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { RpcFault } from '../faults.ts';

/** @throws RpcFault FAILED with the reason why the installed version cannot take over */
export async function upgrade(supervisor: SupervisorView): Promise<string> {
  try {
    return (await supervisor.upgrade()) ?? '';
  } catch (error) {
    throw new RpcFault('FAILED', (error as Error).message);
  }
}
