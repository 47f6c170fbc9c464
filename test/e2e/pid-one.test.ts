import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { need, needing } from '../needs.ts';
import { childrenOf, program, script, startWith, test } from './support.ts';

const UNSHARE = ['unshare', '--pid', '--fork', '--mount-proc'];
const isPermitted = spawnSync('unshare', [...UNSHARE.slice(1), 'true']).status === 0;

/** Leaves two processes without a parent: one exits, one is killed. */
const ORPHANS = `(sh -c 'sleep 0.1; exit 4' &)
(sh -c 'sleep 0.1; kill -KILL $$' &)
exec sleep 1000`;

needing(test, need(isPermitted, 'run as root, where namespaces are allowed'))(
  'as PID 1 the daemon reaps orphans, and TERM ends everything',
  async ({ side }) => {
    const orphans = script(side, 'orphans.sh', ORPHANS);
    const launcher = await startWith(
      side,
      program('orphans', { command: orphans, startsecs: 0, stopasgroup: 'true' }),
      { prefix: UNSHARE },
    );
    const log = () => side.readFile('main.log');
    await side.waitFor(
      'both are reaped',
      () => /exit status 4/.test(log()) && /terminated by SIGKILL/.test(log()),
    );

    expect(log()).toMatch(/INFO reaped unknown pid \d+ \(exit status 4\)/);
    expect(log()).toMatch(/INFO reaped unknown pid \d+ \(terminated by SIGKILL\)/);
    expect(log()).toContain('supervisord started with pid 1\n');
    const [daemon = 0] = childrenOf(launcher.pid);
    expect(childrenOf(daemon)).toHaveLength(1);
    process.kill(daemon, 'SIGTERM');
    expect(await launcher.exited()).toBe(0);
    expect(log()).toContain('stopped: orphans (terminated by SIGTERM)');
  },
);
