import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../../compat/harness/wait.ts';
import { openEtcd } from '../../../src/fleet/engine/etcd.ts';
import { type Authority, makeAuthority } from '../../certificates.ts';
import { needing } from '../../needs.ts';
import { ETCD, startCluster, type TestCluster } from './cluster.ts';

needing(describe, ETCD)('etcd with users', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster(1);
    for (const words of [
      'user add root:secret',
      'user grant-role root root',
      'role add visord',
      'role grant-permission visord readwrite --prefix=true /visord/prod/',
      'user add node:word',
      'user grant-role node visord',
      'auth enable',
    ]) {
      cluster.control(...words.split(' '));
    }
  });
  afterAll(() => cluster?.remove());

  const asUser = (name: string, password: string) =>
    openEtcd({ ...cluster.settings, user: { name, password } });

  test('a user with rights for the prefix of the fleet does all that a node does', async () => {
    const engine = asUser('node', 'word');
    const lease = await engine.grantLease(20);
    expect(await engine.create('/visord/prod/a', '1', lease)).not.toBeNull();
    expect(await engine.renewLease(lease)).toBeGreaterThan(0);
    const { entries, revision } = await engine.range('/visord/prod/');
    expect(entries).toHaveLength(1);
    const removed = new Promise<unknown>((resolve, reject) => {
      engine.watch('/visord/prod/', revision, { changes: resolve, lost: reject });
    });
    await engine.revokeLease(lease);
    expect(await removed).toMatchObject([{ type: 'removed', key: '/visord/prod/a' }]);
    await expect(engine.put('/visord/other/a', '1', null)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('permission denied'),
    });
    engine.close();
  });

  test('a token that the member does not know any longer is renewed', async () => {
    const engine = asUser('node', 'word');
    await engine.put('/visord/prod/token', '1', null);
    const [member] = cluster.members;
    // Tokens are in the memory of the members.
    await member?.kill();
    member?.start();
    const other = asUser('node', 'word');
    await waitUntil('the member answers', async () => (await other.range('/visord/prod/')) !== null, 60);
    await engine.put('/visord/prod/token', '2', null);
    expect((await engine.range('/visord/prod/token')).entries).toMatchObject([{ value: '2' }]);
    for (const each of [engine, other]) each.close();
  });

  test.each([
    ['a wrong password', () => asUser('node', 'wrong'), 'authentication failed, invalid user ID or password'],
    ['a user that does not exist', () => asUser('other', 'word'), 'authentication failed'],
    ['a connection without a user', () => openEtcd(cluster.settings), 'user name is empty'],
  ])('%s is refused at once, with the reason', async (_, open, reason) => {
    const engine = open();
    await expect(engine.range('/visord/prod/')).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining(reason),
    });
    engine.close();
  });
});

needing(describe, ETCD)('etcd with TLS', () => {
  let authority: Authority;
  let cluster: TestCluster;
  beforeAll(async () => {
    authority = makeAuthority();
    const server = authority.issue('etcd');
    cluster = await startCluster(1, { ...server, ca: authority.cert });
  });
  afterAll(async () => {
    await cluster?.remove();
    authority?.remove();
  });

  test('a node with a certificate of the authority is let in', async () => {
    const { cert, key } = authority.issue('node');
    const engine = openEtcd({
      ...cluster.settings,
      tls: {
        ca: readFileSync(authority.cert, 'utf8'),
        certificate: { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') },
      },
    });
    const { revision } = await engine.range('/a');
    const seen = new Promise<unknown>((resolve, reject) => {
      engine.watch('/a', revision, { changes: resolve, lost: reject });
    });
    await engine.put('/a', '1', null);
    expect(await seen).toMatchObject([{ type: 'put', entry: { value: '1' } }]);
    engine.close();
  });

  test('a node without a certificate is not, and neither is a server of another authority', async () => {
    const ca = readFileSync(authority.cert, 'utf8');
    const bare = openEtcd({ ...cluster.settings, timeoutMs: 300, tls: { ca, certificate: null } });
    await expect(bare.range('/a')).rejects.toMatchObject({ kind: 'unreachable' });
    bare.close();
    const other = makeAuthority('other');
    const strict = openEtcd({
      ...cluster.settings,
      timeoutMs: 3000,
      tls: { ca: readFileSync(other.cert, 'utf8'), certificate: null },
    });
    await expect(strict.range('/a')).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/certificate|unable to verify/i),
    });
    strict.close();
    other.remove();
  });
});
