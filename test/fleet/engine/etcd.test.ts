import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../../compat/harness/wait.ts';
import { type Engine, type EngineChange, EngineError } from '../../../src/fleet/engine/engine.ts';
import { openEtcd } from '../../../src/fleet/engine/etcd.ts';
import { needing } from '../../needs.ts';
import { ETCD, startCluster, type TestCluster } from './cluster.ts';

needing(describe, ETCD)('etcd with three members', () => {
  let cluster: TestCluster;
  let engine: Engine;
  /** Does not wait long for members that are paused. */
  let impatient: Engine;
  beforeAll(async () => {
    cluster = await startCluster(3);
    engine = openEtcd(cluster.settings);
    impatient = openEtcd({ ...cluster.settings, timeoutMs: 9000 });
  });
  afterAll(async () => {
    engine?.close();
    impatient?.close();
    await cluster?.remove();
  });

  /** Collects what a watch reports. */
  async function watching(prefix: string, through = engine) {
    const seen: EngineChange[] = [];
    const lost: EngineError[] = [];
    const { revision } = await through.range(prefix);
    const end = through.watch(prefix, revision, {
      changes: (changes) => seen.push(...changes),
      lost: (reason) => lost.push(reason),
    });
    return { seen, lost, end, revision };
  }

  /** Writes keys with as many in a request as etcd takes. */
  async function putMany(prefix: string, count: number): Promise<void> {
    const [member] = cluster.members;
    for (let from = 0; from < count; from += 128) {
      const success = Array.from({ length: Math.min(128, count - from) }, (_, at) => ({
        request_put: { key: btoa(`${prefix}${from + at}`), value: btoa('1') },
      }));
      const answer = await fetch(`http://127.0.0.1:${member?.port}/v3/kv/txn`, {
        method: 'POST',
        body: JSON.stringify({ success }),
      });
      expect(answer.status).toBe(200);
    }
  }

  test('a key is created once, with a revision that only grows', async () => {
    const first = await engine.create('/once/a', 'app1', null);
    expect(first).toBeTypeOf('bigint');
    expect(await engine.create('/once/a', 'app1', null)).toBeNull();
    expect(await engine.remove('/once/a')).toBe(true);
    expect(await engine.remove('/once/a')).toBe(false);
    const second = await engine.create('/once/a', 'app1', null);
    expect(second).toBeGreaterThan(first ?? 0n);
  });

  test('of 20 nodes that create a key at the same time one succeeds', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => engine.create('/race/a', `node${index}`, null)),
    );
    expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
  });

  test('a key that was created anew is not removed by its earlier revision', async () => {
    const first = (await engine.create('/anew/a', '1', null)) ?? 0n;
    await engine.remove('/anew/a', first);
    const second = (await engine.create('/anew/a', '2', null)) ?? 0n;
    expect(await engine.remove('/anew/a', first)).toBe(false);
    expect(await engine.remove('/anew/a', second)).toBe(true);
  });

  test('a range has values of any text, leases and revisions, and more keys than one answer', async () => {
    const lease = await engine.grantLease(60);
    await engine.put('/range/one', 'ä\n"€\u0000', lease);
    const { entries, revision } = await engine.range('/range/');
    expect(entries).toEqual([
      { key: '/range/one', value: 'ä\n"€\u0000', createRevision: revision, modRevision: revision, lease },
    ]);
    await putMany('/range/many/', 2050);
    const many = await engine.range('/range/many/');
    expect(new Set(many.entries.map(({ key }) => key)).size).toBe(2050);
    await engine.revokeLease(lease);
    expect((await engine.range('/range/one')).entries).toEqual([]);
  });

  test('a lease is renewed, and its keys are removed once it has ended', async () => {
    const long = await engine.grantLease(60);
    await engine.create('/lease/long', '1', long);
    expect(await engine.renewLease(long)).toBeGreaterThanOrEqual(60);
    const { seen, end } = await watching('/lease/');
    const lease = await engine.grantLease(6);
    await engine.create('/lease/a', '1', lease);
    await waitUntil('the end of the lease', () => seen.length > 1, 60);
    end();
    expect(seen).toMatchObject([
      { type: 'put' },
      { type: 'removed', key: '/lease/a', revision: expect.any(BigInt) },
    ]);
    await expect(engine.renewLease(lease)).rejects.toMatchObject({ kind: 'lease-gone' });
    await expect(engine.create('/lease/a', '1', lease)).rejects.toMatchObject({ kind: 'lease-gone' });
    await engine.revokeLease(lease);
  });

  test('a watch reports each change below its prefix after the revision, once and in order', async () => {
    await engine.put('/watch/before', '0', null);
    const { seen, end, lost } = await watching('/watch/');
    for (const value of ['1', '2']) await engine.put('/watch/a', value, null);
    await engine.put('/watches', 'outside of the prefix', null);
    await engine.remove('/watch/before');
    await waitUntil('three changes', () => seen.length >= 3, 60);
    expect(seen.map((change) => (change.type === 'put' ? change.entry.value : change.key))).toEqual([
      '1',
      '2',
      '/watch/before',
    ]);
    end();
    await engine.put('/watch/a', '3', null);
    expect([seen.length, lost]).toEqual([3, []]);
  });

  test('a watch from a revision that is compacted is lost', async () => {
    const { revision } = await engine.range('/compacted/');
    for (const value of ['1', '2']) await engine.put('/compacted/a', value, null);
    cluster.control('compaction', String(revision + 2n));
    const lost: EngineError[] = [];
    engine.watch('/compacted/', revision, { changes: () => {}, lost: (reason) => lost.push(reason) });
    await waitUntil('the loss', () => lost.length > 0, 60);
    expect(lost[0]?.message).toContain('are compacted');
    expect((await engine.range('/compacted/')).entries.map(({ value }) => value)).toEqual(['2']);
  });

  test('members in turn are paused and killed: calls go on, leases stay, and watches of that member are lost', async () => {
    const lease = await impatient.grantLease(300);
    await impatient.create('/turn/a', '1', lease);
    let losses = 0;
    for (const [index, member] of cluster.members.entries()) {
      const watch = await watching('/turn/', impatient);
      const quiet = watch.seen.length;
      if (index === 1) await member.kill();
      else member.pause();
      await waitUntil(
        'a renewal without that member',
        async () => (await impatient.renewLease(lease)) > 0,
        60,
      );
      await impatient.put('/turn/b', member.name, null);
      await waitUntil('the change or the loss', () => watch.seen.length > quiet || watch.lost.length > 0, 60);
      losses += watch.lost.length;
      watch.end();
      member.resume();
      member.start();
      await cluster.untilReady();
    }
    expect(losses).toBeGreaterThan(0);
    expect((await impatient.range('/turn/a')).entries).toHaveLength(1);
    await impatient.revokeLease(lease);
  });

  test('without a majority calls reject within the time limit, and watches are lost', async () => {
    const lease = await impatient.grantLease(300);
    await impatient.create('/minority/a', '1', lease);
    const { lost } = await watching('/minority/', impatient);
    const [first, second] = cluster.members;
    first?.pause();
    second?.pause();
    const before = performance.now();
    const failures = await Promise.all(
      [
        impatient.renewLease(lease),
        impatient.create('/minority/b', '1', null),
        impatient.range('/minority/'),
      ].map((call) =>
        call.then(
          () => null,
          (error: unknown) => error,
        ),
      ),
    );
    const seconds = (performance.now() - before) / 1000;
    expect(failures.map((error) => (error instanceof EngineError ? error.kind : error))).toEqual(
      Array(3).fill('unreachable'),
    );
    // The limit is 9 seconds.
    expect(seconds).toBeLessThan(60);
    await waitUntil('the loss', () => lost.length > 0, 60);
    first?.resume();
    second?.resume();
    await waitUntil('a majority', async () => (await impatient.renewLease(lease)) > 0, 60);
  });

  test('calls that are under way at the end reject, and no watch is called any more', async () => {
    const own = openEtcd(cluster.settings);
    const { revision } = await own.range('/end/');
    const lost: EngineError[] = [];
    own.watch('/end/', revision, { changes: () => {}, lost: (reason) => lost.push(reason) });
    const call = own.put('/end/a', '1', null);
    own.close();
    await expect(call).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(own.range('/end/')).rejects.toMatchObject({ kind: 'unreachable' });
    expect(lost).toEqual([]);
  });
});

test('an etcd that is not there is reported with each member and its reason', async () => {
  const engine = openEtcd({
    members: [
      { host: '127.0.0.1', port: 1 },
      { host: '127.0.0.2', port: 1 },
    ],
    tls: null,
    user: null,
    timeoutMs: 2000,
  });
  const error = await engine.range('/').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EngineError);
  expect(String(error)).toContain('etcd at 127.0.0.1:1: connect ECONNREFUSED');
  expect(String(error)).toContain('etcd at 127.0.0.2:1: connect ECONNREFUSED');
  engine.close();
});
