/**
 * The types of events and which of them includes which.
 *
 * Below EVENT they are those of the reference; below VISORD_EVENT is what it has not, so that a listener for all of its
 * events gets no other.
 *
 * @module
 */

/** Every event type and the type that it is a kind of; subscribing to a type means all below it. */
export const EVENT_PARENTS = {
  EVENT: null,
  PROCESS_STATE: 'EVENT',
  PROCESS_STATE_STOPPED: 'PROCESS_STATE',
  PROCESS_STATE_EXITED: 'PROCESS_STATE',
  PROCESS_STATE_STARTING: 'PROCESS_STATE',
  PROCESS_STATE_STOPPING: 'PROCESS_STATE',
  PROCESS_STATE_BACKOFF: 'PROCESS_STATE',
  PROCESS_STATE_FATAL: 'PROCESS_STATE',
  PROCESS_STATE_RUNNING: 'PROCESS_STATE',
  PROCESS_STATE_UNKNOWN: 'PROCESS_STATE',
  PROCESS_COMMUNICATION: 'EVENT',
  PROCESS_COMMUNICATION_STDOUT: 'PROCESS_COMMUNICATION',
  PROCESS_COMMUNICATION_STDERR: 'PROCESS_COMMUNICATION',
  PROCESS_LOG: 'EVENT',
  PROCESS_LOG_STDOUT: 'PROCESS_LOG',
  PROCESS_LOG_STDERR: 'PROCESS_LOG',
  REMOTE_COMMUNICATION: 'EVENT',
  SUPERVISOR_STATE_CHANGE: 'EVENT',
  SUPERVISOR_STATE_CHANGE_RUNNING: 'SUPERVISOR_STATE_CHANGE',
  SUPERVISOR_STATE_CHANGE_STOPPING: 'SUPERVISOR_STATE_CHANGE',
  TICK: 'EVENT',
  TICK_5: 'TICK',
  TICK_60: 'TICK',
  TICK_3600: 'TICK',
  PROCESS_GROUP: 'EVENT',
  PROCESS_GROUP_ADDED: 'PROCESS_GROUP',
  PROCESS_GROUP_REMOVED: 'PROCESS_GROUP',
  VISORD_EVENT: null,
  VISORD_EVENT_HEALTH: 'VISORD_EVENT',
  VISORD_EVENT_HEALTH_HEALTHY: 'VISORD_EVENT_HEALTH',
  VISORD_EVENT_HEALTH_UNHEALTHY: 'VISORD_EVENT_HEALTH',
} as const;

export type EventType = keyof typeof EVENT_PARENTS;

export function isEventType(name: string): name is EventType {
  return Object.hasOwn(EVENT_PARENTS, name);
}

/** Whether the reference has the type too. */
export function isStockEventType(type: EventType): boolean {
  return !isSubscribed(new Set(['VISORD_EVENT']), type);
}

/** Whether a subscriber to these types receives an event of this type. */
export function isSubscribed(subscription: ReadonlySet<EventType>, type: EventType): boolean {
  for (let kind: EventType | null = type; kind !== null; kind = EVENT_PARENTS[kind]) {
    if (subscription.has(kind)) {
      return true;
    }
  }
  return false;
}
