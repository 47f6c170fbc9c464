import { describe, expect, test } from 'vitest';
import {
  groupEvent,
  healthEvent,
  processCommunicationEvent,
  processLogEvent,
  processStateEvent,
  remoteCommunicationEvent,
  supervisorStateEvent,
  tickEvent,
} from '../../../src/events/event.ts';
import { eventRecord } from '../../../src/http/api/event-record.ts';

const SUBJECT = { name: '7', groupName: 'web', pid: 42 };
const CHANGE = {
  type: 'changed',
  from: 'RUNNING',
  to: 'EXITED',
  pid: 42,
  tries: 1,
  expected: false,
} as const;

/** The record without its message, and what is in the message. */
function recordOf(event: Parameters<typeof eventRecord>[0]) {
  const { message, ...record } = eventRecord(event, 3, 'x-3', 1_700_000_000.5);
  const [, json = ''] = /^id: x-3\ndata: (.*)\n\n$/.exec(message.toString()) ?? [];
  return { ...record, content: JSON.parse(json) };
}

describe('an event in the stream', () => {
  test.each([
    [
      processStateEvent(SUBJECT, CHANGE),
      { group: 'web', process: '7' },
      { payload: { processname: '7', groupname: 'web', from_state: 'RUNNING', expected: 0, pid: 42 } },
    ],
    [
      healthEvent(SUBJECT, { failed: 3, reason: 'connection refused' }),
      { group: 'web', process: '7' },
      {
        payload: { processname: '7', groupname: 'web', pid: 42, failures: 3 },
        data: 'connection refused',
      },
    ],
    [
      processLogEvent(SUBJECT, 'stderr', 'one\ntwo: ä\r\n'),
      { group: 'web', process: '7' },
      {
        payload: { processname: '7', groupname: 'web', pid: 42, channel: 'stderr' },
        data: 'one\ntwo: ä\r\n',
      },
    ],
    [
      processCommunicationEvent(SUBJECT, 'stdout', ''),
      { group: 'web', process: '7' },
      { payload: { processname: '7', groupname: 'web', pid: 42 }, data: '' },
    ],
    [
      remoteCommunicationEvent('a kind: processname:x groupname:y', 'what\ncomes'),
      { group: null, process: null },
      { payload: { type: 'a kind: processname:x groupname:y' }, data: 'what\ncomes' },
    ],
    [groupEvent('ADDED', 'web'), { group: 'web', process: null }, { payload: { groupname: 'web' } }],
    [supervisorStateEvent('STOPPING'), { group: null, process: null }, { payload: {} }],
    [tickEvent(5, 1_700_000_000), { group: null, process: null }, { payload: { when: 1_700_000_000 } }],
  ])('of type $type has its payload as members', (event, about, content) => {
    expect(recordOf(event)).toEqual({
      id: 3,
      type: event.type,
      ...about,
      content: { type: event.type, time: 1_700_000_000.5, ...content },
    });
  });
});
