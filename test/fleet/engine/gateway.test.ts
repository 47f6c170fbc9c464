/** A gateway with answers that a real etcd gives in rare moments only. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Engine, EngineError } from '../../../src/fleet/engine/engine.ts';
import { openEtcd } from '../../../src/fleet/engine/etcd.ts';

type Answer = Readonly<Record<string, unknown>> | 'cut';

interface Gateway {
  readonly engine: Engine;
  /** What was asked so far. */
  readonly asked: readonly { readonly path: string; readonly body: Record<string, unknown> }[];
}

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

/** @param answerTo the answer to each request; `cut` closes the connection without one */
async function gateway(answerTo: (path: string, index: number) => Answer): Promise<Gateway> {
  const asked: { path: string; body: Record<string, unknown> }[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      asked.push({ path, body: JSON.parse(Buffer.concat(chunks).toString()) });
      const answer = answerTo(path, asked.length - 1);
      if (answer === 'cut') request.socket.destroy();
      else response.end(`${JSON.stringify(answer)}\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const engine = openEtcd({
    members: [{ host: '127.0.0.1', port }],
    tls: null,
    user: null,
    timeoutMs: 10_000,
  });
  ended.push(() => {
    engine.close();
    server.closeAllConnections();
    server.close();
  });
  return { engine, asked };
}

const created = { header: { revision: '7', raft_term: '2' }, succeeded: true };

function renewed(term: string, TTL?: string): Answer {
  return { result: { header: { raft_term: term }, ID: '5', ...(TTL && { TTL }) } };
}

function read(term: string): Answer {
  return { header: { raft_term: term, revision: '9' }, kvs: [] };
}

test('a renewal by a leader that another one has replaced does not count', async () => {
  const answers = [created, renewed('2', '15'), read('3'), renewed('3', '14'), read('3')];
  const { engine, asked } = await gateway((_, index) => answers[index] ?? 'cut');
  await engine.create('/a', '1', '5');
  expect(await engine.renewLease('5')).toBe(14);
  expect(asked.map(({ path }) => path.split('/').pop())).toEqual([
    'txn',
    'keepalive',
    'range',
    'keepalive',
    'range',
  ]);
});

test('a renewal without a time is that of a lease that has ended', async () => {
  const { engine } = await gateway(() => renewed('2'));
  await expect(engine.renewLease('5')).rejects.toMatchObject({ kind: 'lease-gone' });
});

test('a creation whose first answer is lost is recognized as the own one', async () => {
  const own = { key: btoa('/a'), value: btoa('app1'), create_revision: '6', mod_revision: '6', lease: '5' };
  const exists = { header: { revision: '8' }, responses: [{ response_range: { kvs: [own] } }] };
  const { engine } = await gateway((_, index) => (index === 0 ? 'cut' : exists));
  expect(await engine.create('/a', 'app1', '5')).toBe(6n);
});

test('a key that another node has created in the meantime is not', async () => {
  const other = { key: btoa('/a'), value: btoa('app2'), create_revision: '6', mod_revision: '6', lease: '4' };
  const exists = { header: { revision: '8' }, responses: [{ response_range: { kvs: [other] } }] };
  const { engine } = await gateway((_, index) => (index === 0 ? 'cut' : exists));
  expect(await engine.create('/a', 'app1', '5')).toBeNull();
});

test('a removal whose first answer is lost has removed the key', async () => {
  const gone = { header: { revision: '8' }, responses: [{ response_delete_range: {} }], succeeded: true };
  const { engine } = await gateway((_, index) => (index === 0 ? 'cut' : gone));
  expect(await engine.remove('/a', 6n)).toBe(true);
});

test('a store without space refuses, and is not asked again', async () => {
  const { engine, asked } = await gateway(() => ({
    error: 'etcdserver: mvcc: database space exceeded',
    message: 'etcdserver: mvcc: database space exceeded',
    code: 8,
  }));
  const error = await engine.put('/a', '1', null).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EngineError);
  expect(error).toMatchObject({ kind: 'refused', message: expect.stringContaining('space exceeded') });
  expect(asked).toHaveLength(1);
});

test('a member without a leader is left for the next one, here itself', async () => {
  const { engine, asked } = await gateway((_, index) =>
    index === 0 ? { error: 'etcdserver: no leader', message: 'etcdserver: no leader', code: 14 } : read('2'),
  );
  expect((await engine.range('/a')).revision).toBe(9n);
  expect(asked).toHaveLength(2);
});
