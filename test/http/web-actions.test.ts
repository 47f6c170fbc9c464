import { afterEach, describe, expect, test, vi } from 'vitest';
import { CommandError } from '../../src/process/spawn/command.ts';
import { type FakeProcess, group, processConfig } from '../rpc/fakes.ts';
import { type Answer, get, openedInTest, type TestServer } from './client.ts';

const { serve, client } = openedInTest();

afterEach(() => {
  vi.useRealTimers();
});

const HOST = 'Host: box:9001';

function form(body: string, path = '/index.html'): string {
  return `POST ${path} HTTP/1.1\r\n${HOST}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** The message that a browser is sent on with. */
function messageOf({ status, headers }: Answer): string {
  expect(status).toBe(301);
  const location = new URL(headers.get('location') ?? '');
  expect([location.origin, location.pathname]).toEqual(['http://box:9001', '/']);
  return location.searchParams.get('message') ?? '';
}

/** Asks for an action on `p`; with waiting, once the request waits for the process, `then` happens. */
async function act(
  server: TestServer,
  action: string,
  then?: (process: FakeProcess) => void,
): Promise<string> {
  const answer = client(server).ask(get(`/index.html?processname=p&action=${action}`, [HOST]));
  if (then) {
    const process = server.supervisor.process('p');
    await expect.poll(() => process.listenerCount).toBe(1);
    then(process);
  }
  return messageOf(await answer);
}

describe('start', () => {
  test('answers when the process runs', async () => {
    const message = await act(await serve(), 'start', (process) => process.become('RUNNING'));
    expect(message).toBe('Process p started');
  });

  test.each<[string, (process: FakeProcess) => void, string]>([
    [
      'there is no such file',
      (process) => {
        process.onCheckCommand = () => {
          throw new CommandError('not-found', "can't find command 'x'");
        };
      },
      'no such file',
    ],
    [
      'the file cannot be executed',
      (process) => {
        process.onCheckCommand = () => {
          throw new CommandError('not-executable', "command at 'x' is not executable");
        };
      },
      'file not executable',
    ],
    ['it runs already', (process) => process.become('RUNNING'), 'already started'],
    [
      'it cannot be spawned',
      (process) => {
        process.onStart = () => process.become('BACKOFF', { spawnError: 'no' });
      },
      'spawn error',
    ],
    [
      'its state is unknown',
      (process) => process.become('UNKNOWN'),
      'unexpected rpc fault [30] FAILED: p is in an unknown process state',
    ],
  ])('reports that %s', async (_, prepare, reason) => {
    const server = await serve();
    prepare(server.supervisor.process('p'));
    expect(await act(server, 'start')).toBe(`ERROR: Process p: ${reason}`);
  });

  test('reports that the process ended too early', async () => {
    const message = await act(await serve(), 'start', (process) => process.become('EXITED'));
    expect(message).toBe('ERROR: Process p: abnormal termination');
  });
});

describe('stop', () => {
  test('answers when the process has ended', async () => {
    const server = await serve();
    server.supervisor.process('p').become('RUNNING');
    const message = await act(server, 'stop', (process) => process.become('STOPPED'));
    expect(message).toBe('Process p stopped');
  });

  test('reports that nothing runs', async () => {
    expect(await act(await serve(), 'stop')).toBe('unexpected rpc fault [70] NOT_RUNNING: p');
  });

  test('is refused while the daemon ends', async () => {
    const server = await serve();
    server.supervisor.shutdown();
    expect(await act(server, 'stop')).toBe('unexpected rpc fault [6] SHUTDOWN_STATE');
  });
});

describe('restart', () => {
  function ready(server: TestServer): FakeProcess {
    const process = server.supervisor.process('p');
    process.become('RUNNING');
    process.onStart = () => process.become('RUNNING');
    return process;
  }

  test('stops, and then starts', async () => {
    const server = await serve();
    const process = ready(server);
    expect(await act(server, 'restart', () => process.become('STOPPED'))).toBe('Process p restarted');
    expect(process.state).toBe('RUNNING');
  });

  test('starts what does not run', async () => {
    const server = await serve();
    ready(server).become('STOPPED');
    expect(await act(server, 'restart')).toBe('Process p restarted');
    expect(server.supervisor.process('p').state).toBe('RUNNING');
  });

  test('is finished when the browser is closed between the halves', async () => {
    const server = await serve();
    const process = ready(server);
    const connection = client(server);
    connection.send(get('/?processname=p&action=restart'));
    await expect.poll(() => process.state).toBe('STOPPING');
    connection.end();
    await expect.poll(() => connection.socket.destroyed).toBe(true);
    process.become('STOPPED');
    await expect.poll(() => process.state).toBe('RUNNING');
  });
});

describe('clearlog', () => {
  test('reports that the log is cleared, or why not', async () => {
    const server = await serve();
    expect(await act(server, 'clearlog')).toBe('Log for p cleared');
    server.supervisor.process('p').onClearLogs = () => {
      throw new Error('EACCES');
    };
    expect(await act(server, 'clearlog')).toBe('unexpected rpc fault [30] FAILED: p');
  });
});

describe('an action on everything', () => {
  test.each([
    ['refresh', /^Page refreshed at Mon Nov {2}2 09:05:07 2026$/],
    ['stopall', /^All stopped at Mon Nov {2}2 09:05:07 2026$/],
    ['restartall', /^All restarted at Mon Nov {2}2 09:05:07 2026$/],
  ])('%s reports the time', async (action, message) => {
    const server = await serve();
    const process = server.supervisor.process('p');
    process.onStart = () => process.become('RUNNING');
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 10, 2, 9, 5, 7) });
    const answer = await client(server).ask(get(`/?action=${action}`, [HOST]));
    expect(messageOf(answer)).toMatch(message);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  });

  test('stops all, and waits for all', async () => {
    const groups = [group('a', [processConfig('a')]), group('b', [processConfig('b')])];
    const server = await serve({ groups });
    const [a, b] = [server.supervisor.process('a'), server.supervisor.process('b')];
    a.become('RUNNING');
    b.become('RUNNING');
    const answer = client(server).ask(get('/?action=stopall', [HOST]));
    await expect.poll(() => b.listenerCount).toBe(1);
    a.become('STOPPED');
    b.become('STOPPED');
    expect(messageOf(await answer)).toContain('All stopped');
  });

  test('reports that nothing can be stopped while the daemon ends', async () => {
    const server = await serve();
    server.supervisor.shutdown();
    const answer = await client(server).ask(get('/?action=stopall', [HOST]));
    expect(messageOf(answer)).toBe('unexpected rpc fault [6] SHUTDOWN_STATE');
  });
});

describe('what names no process', () => {
  test.each([
    ['nope', 'start'],
    ['p:x', 'stop'],
    ['p:*', 'restart'],
    ['p:', 'clearlog'],
    ['nope', 'dance'],
  ])('%s is shown after action %s', async (name, action) => {
    const path = `/?processname=${encodeURIComponent(name)}&action=${action}`;
    const answer = await client(await serve()).ask(get(path, [HOST]));
    expect(messageOf(answer)).toBe(`No such process named ${name}`);
  });

  test.each(['/?action=start', '/?action=dance', '/?processname=p&action=dance'])(
    '%s is a bad request',
    async (path) => {
      expect((await client(await serve()).ask(get(path))).status).toBe(400);
    },
  );
});

describe('a form that is posted', () => {
  test.each([
    ['names everything', form('processname=p&action=clearlog'), 'Log for p cleared'],
    ['goes before the query', form('processname=p', '/?processname=q&action=clearlog'), 'Log for p cleared'],
    [
      'gives the last of two values',
      form('processname=q&processname=p&action=clearlog'),
      'Log for p cleared',
    ],
    [
      'has escapes',
      form('processname=no+such%3Aprogram&action=stop'),
      'No such process named no such:program',
    ],
  ])('%s', async (_, request, message) => {
    expect(messageOf(await client(await serve()).ask(request))).toBe(message);
  });

  test('gives the first of two values in a query', async () => {
    const path = '/?processname=p&processname=q&action=clearlog&action=stop#action=start';
    expect(messageOf(await client(await serve()).ask(get(path, [HOST])))).toBe('Log for p cleared');
  });
});

describe('the way back to the page', () => {
  test.each([
    ['box', 'http://box/'],
    ['box:80', 'http://box/'],
    ['box:', 'http://box/'],
    ['box:8080', 'http://box:8080/'],
    ['[::1]:9001', 'http://[::1]:9001/'],
    ['127.0.0.1:9001', 'http://127.0.0.1:9001/'],
    ['box:x', 'http://box:x/'],
    ['my.domain/supervisor/', 'http://my.domain/supervisor/'],
    ['my.domain/supervisor', 'http://my.domain/supervisor/'],
    ['my.domain:80/supervisor/', 'http://my.domain:80/supervisor/'],
    ['my.domain//', 'http://my.domain//'],
    ['anna@box:9001', 'http://anna@box:9001/'],
    ['a"><b>', 'http://a"><b>/'],
    ['p\u00c3\u00a4ron', 'http://p\u00c3\u00a4ron/'],
    ['', './'],
    ['/', './'],
    [':9001', './'],
  ])('from host "%s" is %s', async (host, url) => {
    const answer = await client(await serve()).ask(get('/?processname=x&action=stop', [`Host: ${host}`]));
    expect(answer.headers.get('location')).toBe(`${url}?message=No%20such%20process%20named%20x`);
  });

  test('is relative where the client names no host', async () => {
    const answer = await client(await serve()).ask(get('/?processname=x&action=stop', [], '1.0'));
    expect(answer.headers.get('location')).toBe('./?message=No%20such%20process%20named%20x');
  });
});

describe('a page of another site', () => {
  const stopAll = (from: string) => get('/?action=stopall', [HOST, `Sec-Fetch-Site: ${from}`]);

  test('cannot act on our programs', async () => {
    const server = await serve();
    server.supervisor.process('p').become('RUNNING');
    expect((await client(server).ask(stopAll('cross-site'))).status).toBe(403);
    expect(server.supervisor.process('p').state).toBe('RUNNING');
    expect(server.supervisor.log.lines.at(-1)).toContain('another site');
    expect(
      (await client(server).ask(get('/?action=stopall', ['Host: box', 'Referer: http://evil.example/'])))
        .status,
    ).toBe(403);
    expect(
      (await client(server).ask(form('action=stopall').replace(HOST, `${HOST}\r\nOrigin: null`))).status,
    ).toBe(403);
    expect(server.supervisor.process('p').state).toBe('RUNNING');
  });

  test('can be followed to the page itself', async () => {
    const answer = await client(await serve()).ask(get('/', ['Sec-Fetch-Site: cross-site']));
    expect(answer.status).toBe(200);
  });

  test.each(['same-origin', 'none'])('is not what the browser calls %s', async (from) => {
    expect(messageOf(await client(await serve()).ask(stopAll(from)))).toContain('All stopped');
  });
});

describe('reloadprogram', () => {
  test('sends the reload_signal of the program', async () => {
    const server = await serve({ groups: [group('p', [processConfig('p', { reloadSignal: 1 })])] });
    server.supervisor.process('p').become('RUNNING');
    expect(await act(server, 'reloadprogram')).toBe('Process p reloaded');
    expect(server.supervisor.process('p').signals).toEqual([1]);
    const page = (await client(server).ask(get('/'))).body;
    expect(page).toContain('processname=p&amp;action=reloadprogram" name="Reload">Reload</a>');
  });

  test('is an unknown action for a program without one, and the page has no link', async () => {
    const server = await serve();
    server.supervisor.process('p').become('RUNNING');
    expect((await client(server).ask(get('/?processname=p&action=reloadprogram', [HOST]))).status).toBe(400);
    expect((await client(server).ask(get('/'))).body).not.toContain('Reload');
  });
});

describe('an action that fails in an unforeseen way', () => {
  test('is answered 500 and logged, and the server goes on', async () => {
    const server = await serve();
    server.supervisor.process('p').onCheckCommand = () => {
      throw new TypeError('oops');
    };
    const connection = client(server);
    expect((await connection.ask(get('/?processname=p&action=start'))).status).toBe(500);
    expect(server.supervisor.log.lines.at(-1)).toMatch(/^error: Web interface error: .*oops/);
    expect((await connection.ask(get('/'))).status).toBe(200);
  });

  test('is forgotten when its client goes away', async () => {
    const server = await serve();
    const process = server.supervisor.process('p');
    const connection = client(server);
    connection.send(get('/?processname=p&action=start'));
    await expect.poll(() => process.listenerCount).toBe(1);
    connection.end();
    await expect.poll(() => process.listenerCount).toBe(0);
  });
});
