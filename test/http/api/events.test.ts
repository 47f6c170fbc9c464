/** The event stream: what clients get of the events, and what it costs. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventType } from '../../../src/config/tables/event-types.ts';
import {
  groupEvent,
  remoteCommunicationEvent,
  supervisorStateEvent,
  tickEvent,
} from '../../../src/events/event.ts';
import type { EventRecord } from '../../../src/http/api/event-record.ts';
import { EventRecorder, HEARTBEAT_MS, leavesOf } from '../../../src/http/api/event-recorder.ts';
import { eventFilter } from '../../../src/http/api/event-rights.ts';
import { MAX_EVENTS } from '../../../src/http/api/event-ring.ts';
import { streamEvents } from '../../../src/http/api/event-stream.ts';
import { parseHead } from '../../../src/http/messages/request-head.ts';
import { Response } from '../../../src/http/messages/response.ts';
import { limitedCaller } from '../../../src/rpc/rights/caller.ts';
import { programPatterns } from '../../../src/rpc/rights/program-patterns.ts';
import { FakeSupervisor, group, processConfig } from '../../rpc/fakes.ts';
import { publishExit } from './published.ts';

const GROUPS = [
  group('web', [processConfig('web_0'), processConfig('web_1')]),
  group('db', [processConfig('db')]),
];

let supervisor: FakeSupervisor;
let recorder: EventRecorder;

beforeEach(() => {
  vi.useFakeTimers();
  supervisor = new FakeSupervisor(GROUPS);
  recorder = new EventRecorder(supervisor);
});

afterEach(() => {
  vi.useRealTimers();
});

const exits = (name: string, groupName?: string): void => publishExit(supervisor, name, groupName);

function comes(kind: string): void {
  supervisor.bus.publish('REMOTE_COMMUNICATION', () => remoteCommunicationEvent(kind, ''));
}

function ticks(): void {
  supervisor.bus.publish('TICK_5', () => tickEvent(5, 5));
}

interface ClientOptions {
  readonly types?: readonly EventType[];
  readonly lastEventId?: string;
  readonly sees?: (record: EventRecord) => boolean;
}

/** A client whose socket takes nothing while it is stuck. */
class StreamClient {
  received = '';
  waiting = 0;
  isStuck = false;
  isEnded = false;
  readonly dropped: string[] = [];
  readonly response: Response;

  constructor({ types = ['EVENT'], lastEventId, sees = () => true }: ClientOptions = {}) {
    const head = parseHead('GET /api/events HTTP/1.0');
    if (head === null) throw new Error('malformed');
    const wire = {
      send: (before: string, bytes = Buffer.alloc(0)) => {
        this.received += before + bytes.toString();
        if (this.isStuck) this.waiting += before.length + bytes.length;
      },
      answered: () => {
        this.isEnded = true;
      },
      abort: () => {},
    };
    const self = this;
    this.response = new Response(
      {
        ...wire,
        get waitingBytes() {
          return self.waiting;
        },
      },
      head,
    );
    this.response.begin(200, {});
    this.received = '';
    streamEvents({
      response: this.response,
      recorder,
      types: leavesOf(new Set(types)),
      sees,
      lastEventId: lastEventId ?? null,
      onDropped: (reason) => this.dropped.push(reason),
    });
  }

  /** The names of processes, or the types of other events, and the names of messages about the stream. */
  get events(): string[] {
    return this.received.split('\n\n').flatMap((message) => {
      const [, name] = /^event: (.*)$/m.exec(message) ?? [];
      const [, data] = /^data: (.*)$/m.exec(message) ?? [];
      if (data === undefined) return [];
      const { type, payload } = JSON.parse(data);
      return [name ?? payload.processname ?? payload.type ?? type];
    });
  }

  get lastId(): string {
    return [...this.received.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '';
  }

  get heartbeats(): number {
    return this.received.match(/^: /gm)?.length ?? 0;
  }

  /** The client reads all that waits. */
  reads(): void {
    this.isStuck = false;
    this.waiting = 0;
    this.response.drained();
  }

  /** From now on the client takes nothing. What was sent before fills its socket. */
  sticks(): void {
    this.isStuck = true;
    this.waiting = 64 * 1024;
  }

  leaves(): void {
    this.response.gone();
  }
}

const beats = (count: number) => vi.advanceTimersByTime(count * HEARTBEAT_MS);

describe('a client', () => {
  test('gets the events that occur from now on, in their order', () => {
    exits('early');
    const client = new StreamClient();
    expect(client.received).toMatch(/^retry: 2000\nid: \w+-\d+\n\n$/);
    exits('a');
    comes('b');
    exits('c');
    expect(client.events).toEqual(['a', 'b', 'c']);
  });

  test.each<[readonly EventType[], readonly string[]]>([
    [['PROCESS_STATE'], ['a']],
    [
      ['PROCESS_STATE_EXITED', 'TICK'],
      ['a', 'TICK_5'],
    ],
    [['PROCESS_STATE_FATAL', 'REMOTE_COMMUNICATION'], ['b']],
  ])('gets only the types that it has asked for: %j', (types, expected) => {
    const other = new StreamClient();
    const client = new StreamClient({ types });
    exits('a');
    comes('b');
    ticks();
    expect(client.events).toEqual(expected);
    expect(other.events).toEqual(['a', 'b', 'TICK_5']);
  });

  test('gets heartbeats', () => {
    const client = new StreamClient();
    beats(3);
    expect(client.heartbeats).toBe(3);
  });

  test('that connects again gets what it has missed', () => {
    const first = new StreamClient({ types: ['PROCESS_STATE'] });
    exits('a');
    first.leaves();
    exits('b');
    comes('x');
    exits('c');
    const second = new StreamClient({ types: ['PROCESS_STATE'], lastEventId: first.lastId });
    exits('d');
    expect(second.events).toEqual(['b', 'c', 'd']);
    const third = new StreamClient({ types: ['PROCESS_STATE'], lastEventId: second.lastId });
    expect(third.events).toEqual([]);
  });

  test('that has received no event has an id to connect again with', () => {
    const first = new StreamClient();
    first.leaves();
    exits('a');
    expect(new StreamClient({ lastEventId: first.lastId }).events).toEqual(['a']);
  });

  test('that was away for more than a thousand events gets the last thousand, and is notified', () => {
    const first = new StreamClient({ types: ['PROCESS_STATE'] });
    first.leaves();
    for (let count = 1; count <= MAX_EVENTS + 3; count += 1) exits(`p${count}`);
    const { events } = new StreamClient({ types: ['PROCESS_STATE'], lastEventId: first.lastId });
    expect([events.length, events[0], events[1], events.at(-1)]).toEqual([
      MAX_EVENTS + 1,
      'lost',
      'p4',
      `p${MAX_EVENTS + 3}`,
    ]);
  });

  test('gets changes of state also after thousands of other events', () => {
    const first = new StreamClient();
    first.leaves();
    exits('a');
    for (let count = 0; count < 2 * MAX_EVENTS; count += 1) ticks();
    exits('b');
    const types = ['PROCESS_STATE'] as const;
    expect(new StreamClient({ types, lastEventId: first.lastId }).events).toEqual(['a', 'b']);
    const all = new StreamClient({ lastEventId: first.lastId }).events;
    expect([all.slice(0, 3), all.length]).toEqual([['lost', 'a', 'TICK_5'], MAX_EVENTS + 3]);
  });

  test.each(['', '5', 'other-5', 'zz-99999999999999999999', '-1', 'x'.repeat(10_000)])(
    'with an id that is not of this daemon is notified: %.30s',
    (lastEventId) => {
      new StreamClient();
      exits('a');
      expect(new StreamClient({ lastEventId }).events).toEqual(['lost', 'a']);
    },
  );

  test('that asks for a type that was not recorded before is notified', () => {
    const first = new StreamClient({ types: ['PROCESS_STATE'] });
    exits('a');
    expect(new StreamClient({ types: ['REMOTE_COMMUNICATION'], lastEventId: first.lastId }).events).toEqual([
      'lost',
    ]);
  });
});

describe('a slow client', () => {
  test('goes on where it was when it reads again', () => {
    const client = new StreamClient();
    exits('a');
    client.sticks();
    exits('b');
    exits('c');
    exits('d');
    expect(client.events).toEqual(['a', 'b']);
    client.reads();
    expect(client.events).toEqual(['a', 'b', 'c', 'd']);
    exits('e');
    expect(client.events.at(-1)).toBe('e');
  });

  test('takes no memory for what it has not read', () => {
    const client = new StreamClient();
    client.sticks();
    for (let count = 0; count < 500; count += 1) exits(`p${count}`);
    expect(client.waiting).toBeLessThan(65 * 1024);
  });

  test('that is too far behind is disconnected with the reason, and can connect again', () => {
    const client = new StreamClient();
    client.sticks();
    for (let count = 0; count < MAX_EVENTS + 2; count += 1) exits(`p${count}`);
    expect(client.dropped).toEqual([]);
    client.reads();
    expect(client.dropped).toEqual(['The client is more than 1000 events or 1048576 bytes behind.']);
    expect([client.events, client.isEnded]).toEqual([['p0', 'dropped'], true]);
    const { events } = new StreamClient({ lastEventId: client.lastId });
    expect([events.length, events[0]]).toEqual([MAX_EVENTS + 1, 'lost']);
  });

  test('that reads nothing for a minute is disconnected', () => {
    const client = new StreamClient();
    client.sticks();
    exits('a');
    beats(3);
    expect(client.dropped).toEqual([]);
    beats(1);
    expect(client.dropped).toEqual(['The client has read nothing for 60 seconds.']);
    expect([client.events, client.heartbeats, client.isEnded]).toEqual([['a', 'dropped'], 0, true]);
  });

  test('is not disconnected for what it was notified of', () => {
    const first = new StreamClient();
    exits('a');
    first.leaves();
    for (let count = 0; count < MAX_EVENTS + 5; count += 1) ticks();
    const stuck = new StreamClient({ lastEventId: `${first.lastId.split('-')[0]}-0` });
    stuck.sticks();
    exits('b');
    exits('c');
    stuck.reads();
    expect(stuck.dropped).toEqual([]);
    expect(stuck.events.slice(-2)).toEqual(['b', 'c']);
  });
});

describe('recording', () => {
  test('costs nothing before the first client', () => {
    expect([recorder.isActive, supervisor.bus.isWanted('PROCESS_STATE_EXITED'), vi.getTimerCount()]).toEqual([
      false,
      false,
      0,
    ]);
  });

  test('is of the types only that a client has asked for', () => {
    new StreamClient({ types: ['PROCESS_STATE_FATAL', 'PROCESS_GROUP'] });
    const wanted = (
      ['PROCESS_STATE_FATAL', 'PROCESS_STATE_EXITED', 'PROCESS_GROUP_ADDED', 'TICK_5'] as const
    ).map((type) => supervisor.bus.isWanted(type));
    expect(wanted).toEqual([true, false, true, false]);
  });

  test('goes on for five minutes after the last client', () => {
    const client = new StreamClient();
    beats(100);
    client.leaves();
    beats(20);
    expect(recorder.isActive).toBe(true);
    exits('a');
    expect(new StreamClient({ lastEventId: client.lastId }).events).toEqual(['a']);
  });

  test('ends with its subscription, its timer and its memory', () => {
    const client = new StreamClient();
    exits('a');
    client.leaves();
    beats(21);
    expect([recorder.isActive, supervisor.bus.isWanted('PROCESS_STATE_EXITED'), vi.getTimerCount()]).toEqual([
      false,
      false,
      0,
    ]);
    expect(recorder.next(leavesOf(new Set(['EVENT'])), 0)).toBeNull();
  });

  test('that has ended is noticed by a client that connects again', () => {
    const first = new StreamClient();
    exits('a');
    first.leaves();
    beats(21);
    exits('b');
    const second = new StreamClient({ lastEventId: first.lastId });
    exits('c');
    expect(second.events).toEqual(['lost', 'c']);
  });

  test('of a type ends while others go on', () => {
    const rare = new StreamClient({ types: ['TICK'] });
    new StreamClient({ types: ['PROCESS_STATE'] });
    rare.leaves();
    beats(21);
    expect([supervisor.bus.isWanted('TICK_5'), supervisor.bus.isWanted('PROCESS_STATE_EXITED')]).toEqual([
      false,
      true,
    ]);
  });
});

describe('a caller that sees some programs', () => {
  const filtered = (...patterns: string[]) => {
    const caller = limitedCaller(supervisor, 'reader', 'read', programPatterns(patterns));
    return new StreamClient({ sees: eventFilter(caller, supervisor) });
  };

  test('gets the events of these only', () => {
    const client = filtered('web_0', 'db');
    exits('web_0', 'web');
    exits('web_1', 'web');
    exits('db');
    exits('other');
    expect(client.events).toEqual(['web_0', 'db']);
  });

  test('gets those of the daemon, but not what clients send to all', () => {
    const client = filtered('web_0');
    ticks();
    comes('secret');
    supervisor.bus.publish('SUPERVISOR_STATE_CHANGE_STOPPING', () => supervisorStateEvent('STOPPING'));
    expect(client.events).toEqual(['TICK_5', 'SUPERVISOR_STATE_CHANGE_STOPPING']);
  });

  test('gets those of groups with such a program', () => {
    const client = filtered('web_0');
    const changes = (change: 'ADDED' | 'REMOVED', name: string) =>
      supervisor.bus.publish(`PROCESS_GROUP_${change}`, () => groupEvent(change, name));
    changes('ADDED', 'db');
    changes('ADDED', 'web');
    supervisor.removeGroup('db');
    changes('REMOVED', 'db');
    supervisor.removeGroup('web');
    changes('REMOVED', 'web');
    expect(client.events).toEqual(['PROCESS_GROUP_ADDED', 'PROCESS_GROUP_REMOVED']);
  });

  test('gets no others when it connects again', () => {
    const client = filtered('web_0');
    client.leaves();
    exits('db');
    exits('web_0', 'web');
    const caller = limitedCaller(supervisor, 'reader', 'read', programPatterns(['web_0']));
    const again = new StreamClient({ sees: eventFilter(caller, supervisor), lastEventId: client.lastId });
    expect(again.events).toEqual(['web_0']);
  });
});
