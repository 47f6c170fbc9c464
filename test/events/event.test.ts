import { expect, test } from 'vitest';
import {
  groupEvent,
  healthEvent,
  processCommunicationEvent,
  processLogEvent,
  processStateEvent,
  remoteCommunicationEvent,
  supervisorStateEvent,
  tickEvent,
} from '../../src/events/event.ts';
import type { StateChange } from '../../src/process/host.ts';

const subject = { name: 'web_1', groupName: 'web', pid: 77 };

function stateEvent(change: Partial<StateChange> & Pick<StateChange, 'from' | 'to'>) {
  return processStateEvent(subject, { type: 'changed', pid: 77, tries: 0, expected: true, ...change });
}

test.each([
  [{ from: 'STOPPED', to: 'STARTING' }, 'from_state:STOPPED tries:0'],
  [{ from: 'BACKOFF', to: 'STARTING', tries: 2 }, 'from_state:BACKOFF tries:2'],
  [{ from: 'STARTING', to: 'BACKOFF', tries: 3 }, 'from_state:STARTING tries:3'],
  [{ from: 'STARTING', to: 'RUNNING' }, 'from_state:STARTING pid:77'],
  [{ from: 'RUNNING', to: 'STOPPING' }, 'from_state:RUNNING pid:77'],
  [{ from: 'STOPPING', to: 'STOPPED' }, 'from_state:STOPPING pid:77'],
  [{ from: 'RUNNING', to: 'EXITED' }, 'from_state:RUNNING expected:1 pid:77'],
  [{ from: 'RUNNING', to: 'EXITED', expected: false }, 'from_state:RUNNING expected:0 pid:77'],
  [{ from: 'BACKOFF', to: 'FATAL' }, 'from_state:BACKOFF'],
  [{ from: 'STOPPING', to: 'UNKNOWN' }, 'from_state:STOPPING'],
] as const)('a change of state %j is sent with its details', (change, detail) => {
  expect(stateEvent(change)).toEqual({
    type: `PROCESS_STATE_${change.to}`,
    payload: `processname:web_1 groupname:web ${detail}`,
  });
});

test('a change of health is sent with the failures', () => {
  expect(healthEvent(subject, null)).toEqual({
    type: 'VISORD_EVENT_HEALTH_HEALTHY',
    payload: 'processname:web_1 groupname:web pid:77',
  });
  expect(healthEvent(subject, { failed: 3, reason: 'connection refused' })).toEqual({
    type: 'VISORD_EVENT_HEALTH_UNHEALTHY',
    payload: 'processname:web_1 groupname:web pid:77 failures:3\nconnection refused',
  });
});

test('output is sent with its channel, and captured output without', () => {
  expect(processLogEvent(subject, 'stderr', 'a\nb')).toEqual({
    type: 'PROCESS_LOG_STDERR',
    payload: 'processname:web_1 groupname:web pid:77 channel:stderr\na\nb',
  });
  expect(processLogEvent(subject, 'stdout', '').type).toBe('PROCESS_LOG_STDOUT');
  expect(processCommunicationEvent(subject, 'stdout', 'hi')).toEqual({
    type: 'PROCESS_COMMUNICATION_STDOUT',
    payload: 'processname:web_1 groupname:web pid:77\nhi',
  });
  expect(processCommunicationEvent(subject, 'stderr', '').type).toBe('PROCESS_COMMUNICATION_STDERR');
});

test('actions of the daemon and its clients are sent', () => {
  expect(remoteCommunicationEvent('kind', 'data\n')).toEqual({
    type: 'REMOTE_COMMUNICATION',
    payload: 'type:kind\ndata\n',
  });
  expect(supervisorStateEvent('STOPPING')).toEqual({ type: 'SUPERVISOR_STATE_CHANGE_STOPPING', payload: '' });
  expect(groupEvent('REMOVED', 'web')).toEqual({ type: 'PROCESS_GROUP_REMOVED', payload: 'groupname:web\n' });
  expect(tickEvent(60, 1_700_000_040)).toEqual({ type: 'TICK_60', payload: 'when:1700000040' });
});
