import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { waitUntil } from '../../../compat/harness/wait.ts';
import type { LogTrouble } from '../../../src/logs/channel-log.ts';
import { remoteDestination } from '../../../src/logs/syslog/destinations.ts';
import type { LinkEvents } from '../../../src/logs/syslog/link.ts';
import { RemoteSyslog } from '../../../src/logs/syslog/remote-syslog.ts';

const reports: string[] = [];
const closing: (() => void)[] = [];

const trouble = (): LogTrouble => ({
  failed: (message) => reports.push(message),
  recovered: (message) => reports.push(message),
});

afterEach(() => {
  vi.useRealTimers();
  for (const close of closing.splice(0)) close();
  reports.length = 0;
});

const SOURCE = {
  process: 'web_0',
  channel: 'stderr',
  facility: 'local3',
  priority: 'err',
  tag: null,
  pid: () => 12,
} as const;

/** Header of RFC 5424: local3 is 19, err is 3. */
const HEADER = /^<155>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S+ web_0 12 stderr - /;

/** A syslogd on TCP that counts octets. */
async function startTcp(port = 0): Promise<{ port: number; messages: string[]; stop: () => Promise<void> }> {
  const messages: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let rest = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (;;) {
        const [head = '', digits = ''] = /^(\d+) /.exec(rest.toString('latin1')) ?? [];
        const end = head.length + Number(digits);
        if (head === '' || rest.length < end) return;
        messages.push(rest.subarray(head.length, end).toString());
        rest = rest.subarray(end);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  closing.push(() => void stop());
  return { port: (server.address() as AddressInfo).port, messages, stop };
}

describe('a syslogd of another machine', () => {
  test('gets messages in the form of RFC 5424 over UDP, each in a datagram', async () => {
    const server = createSocket('udp4');
    const messages: string[] = [];
    server.on('message', (message) => messages.push(message.toString()));
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const address = { protocol: 'udp', host: '127.0.0.1', port: server.address().port } as const;
    const destination = remoteDestination(address, SOURCE);
    destination.send(Buffer.from('one'));
    destination.send(Buffer.from('zwölf'));
    await waitUntil('both have come', () => messages.length === 2, 60);
    expect(messages.every((message) => HEADER.test(message))).toBe(true);
    expect(messages.map((message) => message.replace(HEADER, ''))).toEqual(['one', 'zwölf']);
  });

  test('gets them over TCP with their lengths', async () => {
    const server = await startTcp();
    const address = { protocol: 'tcp', host: 'localhost', port: server.port } as const;
    const destination = remoteDestination(address, { ...SOURCE, tag: 'shop' });
    for (let index = 0; index < 3000; index += 1) destination.send(Buffer.from(`line ${index} ü`));
    await waitUntil('all have come', () => server.messages.length === 3000, 60);
    expect(server.messages[0]).toMatch(/^<155>1 \S+ \S+ shop 12 stderr - line 0 ü$/);
    expect(server.messages.at(-1)).toMatch(/ line 2999 ü$/);
  });

  test('gets what was sent while it was away', async () => {
    const first = await startTcp();
    const remote = new RemoteSyslog({ protocol: 'tcp', host: '127.0.0.1', port: first.port }, { trouble });
    remote.send(Buffer.from('before'));
    await waitUntil('the first has come', () => first.messages.length === 1, 60);
    await first.stop();
    // A message may go into a connection of which the end is not known yet; those that follow do not.
    let sent = 0;
    const ticker = setInterval(() => {
      sent += 1;
      remote.send(Buffer.from(`after ${sent}`));
    }, 5);
    closing.push(() => clearInterval(ticker));
    await waitUntil('messages wait', () => sent > 20, 60);
    const second = await startTcp(first.port);
    await waitUntil('they have come', () => second.messages.includes('after 21'), 60);
    const [lost = 0] = second.messages.map((message) => Number(message.replace('after ', '')) - 1);
    expect(lost).toBeLessThan(20);
    expect(second.messages.slice(0, 21 - lost)).toEqual(
      Array.from({ length: 21 - lost }, (_, index) => `after ${lost + index + 1}`),
    );
  });
});

describe('a syslogd that cannot be reached', () => {
  test('gets no more than its queue holds; the rest is counted, and reported once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] });
    let events: LinkEvents | null = null;
    const remote = new RemoteSyslog(
      { protocol: 'tcp', host: 'logs', port: 514 },
      {
        trouble,
        connect: (_address, to) => {
          events = to;
        },
      },
    );
    const opened = (): LinkEvents => {
      if (events === null) throw new Error('it was not connected to');
      return events;
    };
    const message = Buffer.alloc(10_000, 'x');
    for (let index = 0; index < 200; index += 1) remote.send(message);
    vi.advanceTimersByTime(1);
    expect(reports).toEqual([
      'syslog @tcp:logs:514 cannot be reached: its reader does not read; what does not fit into its queue is dropped',
    ]);
    let sent = 0;
    opened().opened({
      send: (messages, done) => {
        sent += messages.length;
        setImmediate(() => done(messages.length, null));
      },
      close: () => undefined,
    });
    vi.advanceTimersByTime(5000);
    expect(sent).toBe(103);
    expect(reports.at(-1)).toBe(`syslog @tcp:logs:514 is reached again; ${200 - 103} messages were dropped`);
    expect(reports).toHaveLength(2);
  });

  test('is tried again with growing pauses, and reported when it has been away for ten seconds', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] });
    const tries: number[] = [];
    const remote = new RemoteSyslog(
      { protocol: 'tcp', host: 'logs', port: 514 },
      {
        trouble,
        connect: (_address, events) => {
          tries.push(Math.round(performance.now() / 50) * 50);
          setImmediate(() => events.ended(new Error('connection refused')));
        },
      },
    );
    const start = Math.round(performance.now() / 50) * 50;
    remote.send(Buffer.from('x'));
    vi.advanceTimersByTime(9000);
    expect(reports).toEqual([]);
    expect(tries.map((moment) => moment - start)).toEqual([0, 250, 750, 1750, 3750, 7750]);
    vi.advanceTimersByTime(10_000);
    expect(reports).toEqual([
      'syslog @tcp:logs:514 cannot be reached: connection refused; what does not fit into its queue is dropped',
    ]);
  });

  test('over UDP is reported when its machine refuses a datagram', async () => {
    const server = createSocket('udp4');
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const remote = new RemoteSyslog({ protocol: 'udp', host: '127.0.0.1', port }, { trouble });
    const ticker = setInterval(() => remote.send(Buffer.from('x')), 20);
    closing.push(() => clearInterval(ticker));
    await waitUntil('it is reported', () => reports.length > 0, 60);
    expect(reports[0]).toMatch(
      new RegExp(`^syslog @udp:127\\.0\\.0\\.1:${port} cannot be reached: connection refused`),
    );
  });
});
