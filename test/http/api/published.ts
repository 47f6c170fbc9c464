import type { EventBus } from '../../../src/events/bus.ts';
import { processStateEvent } from '../../../src/events/event.ts';

/** Publishes the event of a process that exits. */
export function publishExit({ bus }: { readonly bus: EventBus }, name: string, groupName = name): void {
  const change = {
    type: 'changed',
    from: 'RUNNING',
    to: 'EXITED',
    pid: 1,
    tries: 0,
    expected: true,
  } as const;
  bus.publish('PROCESS_STATE_EXITED', () => processStateEvent({ name, groupName }, change));
}
