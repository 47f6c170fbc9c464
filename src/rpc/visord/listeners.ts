/**
 * `visord.getEventListeners`: pools of event listeners, and what waits for them.
 *
 * @module
 */
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { RpcStruct } from '../../xmlrpc/values.ts';

export function eventListeners(supervisor: SupervisorView): RpcStruct[] {
  return supervisor.eventPools().map(({ name, events, buffered, bufferSize, discarded, listeners }) => ({
    group: name,
    events: [...events],
    buffered,
    buffer_size: bufferSize,
    discarded,
    listeners: [...(supervisor.groups.get(name)?.processes.values() ?? [])].map(({ config, state }) => {
      const listener = listeners.get(config.name);
      return {
        name: config.name,
        statename: state,
        state: listener?.state ?? '',
        event: listener?.event?.event.type ?? '',
      };
    }),
  }));
}
