/** A real etcd on loopback for one test file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EtcdCluster, type EtcdOptions, findEtcd, startEtcd } from '../../../compat/harness/etcd.ts';
import type { EngineSettings } from '../../../src/fleet/engine/engine.ts';
import { type Need, need } from '../../needs.ts';

export const ETCD: Need = need(
  findEtcd('etcd') !== null && findEtcd('etcdctl') !== null,
  'npm run setup -- --reference',
);

export interface TestCluster extends EtcdCluster {
  readonly settings: EngineSettings;
  remove(): Promise<void>;
}

/** Waits until it has a leader. */
export async function startCluster(count: number, tls?: EtcdOptions['tls']): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'visord-etcd-'));
  const cluster = await startEtcd({
    folder,
    members: Array.from({ length: count }, () => ({ host: '127.0.0.1' })),
    ...(tls && { tls }),
  });
  await cluster.untilReady();
  return {
    ...cluster,
    settings: { members: cluster.members, tls: null, user: null, timeoutMs: 60_000 },
    remove: async () => {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
