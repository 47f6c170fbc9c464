/** The page and the API of one daemon that has others behind it: one of ours, a stock supervisord, and one that is not there. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PYTHON, REFERENCE } from '../../compat/harness/debian.ts';
import { openSide, type RunningSide } from '../../compat/harness/side.ts';
import type { Side } from '../../compat/scenario.ts';
import { program, SUPERVISORD, startWith, untilAll, untilState } from '../e2e/support.ts';
import { needing, unpacked } from '../needs.ts';
import { BROWSER, badge, confirm, openBrowser, openPage, withMessage } from './browser.ts';

const SLEEPS = { command: '/bin/sleep 1000', startsecs: 0 };
const OPS = 'ops:secret';

const running: RunningSide[] = [];
let url = '';
let own: Side;
let old: Side;

function open(isStock: boolean): Side {
  const opened = openSide(isStock ? 'reference' : 'ours', {
    supervisord: [isStock ? REFERENCE : SUPERVISORD],
    supervisorctl: ['supervisorctl'],
    python: [PYTHON],
  });
  running.push(opened);
  return opened.side;
}

async function ask(path: string, login = OPS, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}api/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      Authorization: `Basic ${Buffer.from(login).toString('base64')}`,
      'Content-Type': 'application/json',
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

interface Nodes {
  readonly name: string;
  readonly nodes: readonly {
    readonly node: string;
    readonly error: string | null;
    readonly self: boolean;
    readonly stock: boolean;
    readonly status: {
      readonly processes: readonly { readonly name: string; readonly statename: string }[];
    } | null;
  }[];
}

needing(describe, unpacked(REFERENCE))('a daemon with other nodes', () => {
  beforeAll(async () => {
    const other = open(false);
    old = open(true);
    own = open(false);
    const urls = await Promise.all(
      [other, old].map(async (side) => {
        const port = await side.freePort();
        const server = `[inet_http_server]\nport=127.0.0.1:${port}\nusername=ops\npassword=secret\n`;
        await startWith(side, server + program('web', SLEEPS) + program('db', SLEEPS));
        await untilAll(side, 'RUNNING');
        return `http://127.0.0.1:${port}`;
      }),
    );
    const port = await own.freePort();
    url = `http://127.0.0.1:${port}/`;
    const nodes = [
      ...[`app1=http://127.0.0.1:${port}`, `app2=${urls[0]}`, `old=${urls[1]}`],
      `gone=unix://${own.path('gone.sock')}`,
    ].join(',');
    await startWith(
      own,
      `[inet_http_server]\nport=127.0.0.1:${port}\nusername=ops\npassword_file=${own.writeFile('word', 'secret\n')}\n` +
        '[user:eve]\npassword=secret\nrole=read\n[user:tom]\npassword=secret\nrole=operate\nprograms=web\n' +
        `[fleet]\nname=prod\nnodes=${nodes}\nusername=ops\npassword_file=${own.path('word')}\ntimeout=100\n` +
        program('web', SLEEPS),
    );
    await untilAll(own, 'RUNNING');
  });

  afterAll(async () => {
    for (const { end } of running) await end(false);
  });

  describe('the nodes of a fleet', () => {
    test('answer with their processes, or a reason', async () => {
      const { status, answer } = await ask('nodes');
      expect(status).toBe(200);
      const { name, nodes } = answer.result as Nodes;
      expect(name).toBe('prod');
      expect(
        nodes.map((one) => [
          one.node,
          one.error,
          one.self,
          one.stock,
          one.status?.processes.map((process) => `${process.name} ${process.statename}`) ?? null,
        ]),
      ).toEqual([
        ['app1', null, true, false, ['web RUNNING']],
        ['app2', null, false, false, ['db RUNNING', 'web RUNNING']],
        ['old', null, false, true, ['db RUNNING', 'web RUNNING']],
        ['gone', 'has no socket: is supervisord running?', false, false, null],
      ]);
    });

    test('are controlled through this daemon, with the faults of the node', async () => {
      expect(await ask('nodes/old/supervisor.stopProcess', OPS, ['web'])).toMatchObject({
        status: 200,
        answer: { result: true },
      });
      await untilState(old, 'web', 'STOPPED');
      expect(await ask('nodes/old/supervisor.stopProcess', OPS, { name: 'web' })).toMatchObject({
        status: 409,
        answer: { fault: { name: 'NOT_RUNNING' } },
      });
      expect(await ask('nodes/old/visord.reloadProcess', OPS, ['web:web'])).toMatchObject({
        answer: { fault: { name: 'UNKNOWN_METHOD' } },
      });
      expect(await ask('nodes/old/supervisor.startProcess', OPS, ['web'])).toMatchObject({ status: 200 });
      expect(await ask('nodes/gone/supervisor.startProcess', OPS, ['web'])).toEqual({
        status: 503,
        answer: { error: 'gone has no socket: is supervisord running?' },
      });
      // An argument that is left out between others.
      const web = { name: 'web', ignore_dependencies: true };
      expect(await ask('nodes/app2/visord.startProcess', OPS, web)).toMatchObject({
        answer: { fault: { name: 'ALREADY_STARTED' } },
      });
      for (const args of [[null], [2 ** 40], ['web', true, 'too', 'many']]) {
        expect((await ask('nodes/old/supervisor.stopProcess', OPS, args)).status).toBe(400);
      }
      expect(await ask('nodes/none/supervisor.startProcess', OPS, ['web'])).toMatchObject({ status: 404 });
      expect(await ask('nodes/old/system.multicall', OPS, [[]])).toMatchObject({ status: 400 });
    });

    test('are restarted; a stock supervisord by its own methods', async () => {
      const done = { name: 'db', group: 'db', status: 80, description: 'OK' };
      for (const name of ['db:db', 'db:*', 'db']) {
        const { pid } = await untilState(old, 'db', 'RUNNING');
        expect(await ask('nodes/old/visord.restartGroup', OPS, [name])).toEqual({
          status: 200,
          answer: { result: [done] },
        });
        expect((await untilState(old, 'db', 'RUNNING')).pid).not.toBe(pid);
      }
      await ask('nodes/old/supervisor.stopProcess', OPS, ['db']);
      expect((await ask('nodes/old/visord.restartGroup', OPS, ['db:db'])).answer).toEqual({ result: [done] });
      await untilState(old, 'db', 'RUNNING');
      expect((await ask('nodes/old/visord.restartGroup', OPS, ['db:db', false])).answer).toEqual({
        result: true,
      });
      await untilState(old, 'db', 'RUNNING');
      for (const name of ['none', 'none:*', 'none:none']) {
        expect(await ask('nodes/old/visord.restartGroup', OPS, [name])).toMatchObject({
          status: 404,
          answer: { fault: { name: 'BAD_NAME' } },
        });
      }
    });

    test('need the rights of the caller, and no page of another site reaches them', async () => {
      expect((await ask('nodes', 'eve:secret')).status).toBe(200);
      expect((await ask('nodes/old/supervisor.stopProcess', 'eve:secret', ['web'])).answer).toEqual({
        error: "User 'eve' has the role read, and supervisor.stopProcess needs the role operate.",
      });
      for (const body of [undefined, ['web']]) {
        const path = body === undefined ? 'nodes' : 'nodes/old/supervisor.stopProcess';
        expect(await ask(path, 'tom:secret', body)).toMatchObject({
          status: 403,
          answer: {
            error: "User 'tom' sees only the programs web, and the nodes of the fleet concerns all programs.",
          },
        });
      }
      const foreign = { Origin: 'http://evil.example' };
      expect(
        (await fetch(`${url}api/nodes/old/supervisor.stopProcess`, { method: 'POST', body: '["web"]' }))
          .status,
      ).toBe(401);
      const refused = await fetch(`${url}api/nodes/old/supervisor.stopProcess`, {
        method: 'POST',
        body: '["web"]',
        headers: {
          ...foreign,
          'Content-Type': 'application/json',
          Authorization: `Basic ${Buffer.from(OPS).toString('base64')}`,
        },
      });
      expect(refused.status).toBe(403);
      await untilState(old, 'web', 'RUNNING');
    });
  });

  test('a node that is silent is given up after the limit, also while it is asked to do something', async () => {
    const lonely = open(false);
    const silent = createServer();
    const path = lonely.path('silent.sock');
    await new Promise<void>((resolve) => silent.listen(path, resolve));
    const port = await lonely.freePort();
    await startWith(
      lonely,
      `[inet_http_server]\nport=127.0.0.1:${port}\n[fleet]\nnodes=silent=unix://${path}\ntimeout=1\n`,
    );
    const api = `http://127.0.0.1:${port}/api/nodes`;
    const { result } = (await (await fetch(api)).json()) as { result: Nodes };
    expect(result.nodes).toMatchObject([{ node: 'silent', error: 'does not answer within 1 s' }]);
    const call = await fetch(`${api}/silent/supervisor.startProcess`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '["web"]',
    });
    expect([call.status, await call.json()]).toEqual([503, { error: 'silent does not answer within 1 s' }]);
    silent.close();
  });

  needing(test, BROWSER)('the page shows the processes of all nodes, and controls them', async () => {
    const browser = await openBrowser();
    try {
      const errors: string[] = [];
      const page = await openPage(browser, url, errors, {
        httpCredentials: { username: 'ops', password: 'secret' },
      });
      await badge(page, 'app2/db:db', 'Running').waitFor();
      await badge(page, 'web:web', 'Running').waitFor();
      await page.getByText('has no socket: is supervisord running?').waitFor();
      await page.getByRole('button', { name: 'Stop old/db', exact: true }).click();
      await withMessage(page, 'old/db stopped', () => confirm(page, 'Stop'));
      await badge(page, 'old/db:db', 'Stopped').waitFor();
      await untilState(old, 'db', 'STOPPED');

      await page.getByLabel('Node').selectOption('app2');
      await badge(page, 'web:web', 'Running').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Restart app2/web', exact: true }).click();
      await withMessage(page, 'app2/web restarted', () => confirm(page, 'Restart'));
      await page.getByLabel('Node').selectOption('old');
      const { pid } = await untilState(old, 'web', 'RUNNING');
      await page.getByRole('button', { name: 'Restart old/web', exact: true }).click();
      await withMessage(page, 'old/web restarted', () => confirm(page, 'Restart'));
      expect((await untilState(old, 'web', 'RUNNING')).pid).not.toBe(pid);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
