/**
 * Events as listeners get them: a type and a payload.
 *
 * @module
 */
import type { EventType } from '../config/tables/event-types.ts';
import type { StateChange } from '../process/host.ts';
import type { OutputName } from '../process/taps/output-tap.ts';

export interface SupervisorEvent {
  readonly type: EventType;
  readonly payload: string;
}

/** The process that an event is about. */
export interface EventSubject {
  readonly name: string;
  readonly groupName: string;
  readonly pid: number;
}

/** A process has changed its state. */
export function processStateEvent(subject: Omit<EventSubject, 'pid'>, change: StateChange): SupervisorEvent {
  const head = `processname:${subject.name} groupname:${subject.groupName} from_state:${change.from}`;
  return { type: `PROCESS_STATE_${change.to}`, payload: head + stateDetail(change) };
}

function stateDetail({ to, pid, tries, expected }: StateChange): string {
  switch (to) {
    case 'STARTING':
    case 'BACKOFF':
      return ` tries:${tries}`;
    case 'EXITED':
      return ` expected:${expected ? 1 : 0} pid:${pid}`;
    case 'RUNNING':
    case 'STOPPING':
    case 'STOPPED':
      return ` pid:${pid}`;
    case 'FATAL':
    case 'UNKNOWN':
      return '';
  }
}

/** A process has written to a channel with `stdout_events_enabled` or its like. */
export function processLogEvent(subject: EventSubject, channel: OutputName, data: string): SupervisorEvent {
  const { name, groupName, pid } = subject;
  return {
    type: channel === 'stdout' ? 'PROCESS_LOG_STDOUT' : 'PROCESS_LOG_STDERR',
    payload: `processname:${name} groupname:${groupName} pid:${pid} channel:${channel}\n${data}`,
  };
}

/** A process has written something between capture tags. */
export function processCommunicationEvent(
  subject: EventSubject,
  channel: OutputName,
  data: string,
): SupervisorEvent {
  const { name, groupName, pid } = subject;
  return {
    type: channel === 'stdout' ? 'PROCESS_COMMUNICATION_STDOUT' : 'PROCESS_COMMUNICATION_STDERR',
    payload: `processname:${name} groupname:${groupName} pid:${pid}\n${data}`,
  };
}

/** @param unhealthy why the last checks failed, and how many of them; null for a process that has become healthy */
export function healthEvent(
  subject: EventSubject,
  unhealthy: { readonly failed: number; readonly reason: string } | null,
): SupervisorEvent {
  const head = `processname:${subject.name} groupname:${subject.groupName} pid:${subject.pid}`;
  return unhealthy === null
    ? { type: 'VISORD_EVENT_HEALTH_HEALTHY', payload: head }
    : {
        type: 'VISORD_EVENT_HEALTH_UNHEALTHY',
        payload: `${head} failures:${unhealthy.failed}\n${unhealthy.reason}`,
      };
}

/** A client has called `sendRemoteCommEvent`. */
export function remoteCommunicationEvent(kind: string, data: string): SupervisorEvent {
  return { type: 'REMOTE_COMMUNICATION', payload: `type:${kind}\n${data}` };
}

export function supervisorStateEvent(state: 'RUNNING' | 'STOPPING'): SupervisorEvent {
  return { type: `SUPERVISOR_STATE_CHANGE_${state}`, payload: '' };
}

export function groupEvent(change: 'ADDED' | 'REMOVED', group: string): SupervisorEvent {
  return { type: `PROCESS_GROUP_${change}`, payload: `groupname:${group}\n` };
}

/** @param whenSeconds the moment of the tick, a multiple of its period, in seconds since the epoch */
export function tickEvent(periodSeconds: 5 | 60 | 3600, whenSeconds: number): SupervisorEvent {
  return { type: `TICK_${periodSeconds}`, payload: `when:${whenSeconds}` };
}
