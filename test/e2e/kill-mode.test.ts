import { afterAll, describe, expect } from 'vitest';
import { isAlive } from '../../compat/harness/processes.ts';
import type { Side } from '../../compat/scenario.ts';
import { OWN_CGROUPS, ownCgroup, removeOwnCgroups, WITHOUT_CGROUPS } from '../cgroups.ts';
import { needing } from '../needs.ts';
import { call, count, infoOf, ownCtl, program, script, startWith, test, untilState } from './support.ts';

/**
 * Starts a process that is in a session of its own, has init for its parent and ignores TERM, writes its pid to the file
 * `away`, and goes on as `sleep`.
 *
 * @param last how the process executes `sleep`
 */
function daemoniser(side: Side, last = 'exec sleep 1000'): string {
  const away = script(
    side,
    'away.sh',
    `trap "" TERM; echo $$ > ${side.path('pid')}; mv ${side.path('pid')} ${side.path('away')}; ${last}`,
  );
  return script(side, 'daemoniser.sh', `setsid sh -c 'setsid ${away} &'\nexec sleep 1000`);
}

async function pidAway(side: Side): Promise<number> {
  let pid = 0;
  await side.waitFor('a process has gone away', () => {
    pid = numberIn(side, 'away');
    return pid > 0;
  });
  return pid;
}

function numberIn(side: Side, file: string): number {
  try {
    return Number(side.readFile(file));
  } catch {
    return 0;
  }
}

/** What kill_mode=cgroup promises, with a cgroup and without one. */
function promises(prefixFor: () => readonly string[], last: string): void {
  /** The program `web` with `pid`, and the process `away` that has left it. */
  const startDaemoniser = async (side: Side, prefix: readonly string[]) => {
    const keys = { command: daemoniser(side, last), startsecs: 0, kill_mode: 'cgroup' } as const;
    const daemon = await startWith(side, program('web', keys), { prefix });
    const away = await pidAway(side);
    const { pid } = await infoOf(side, 'web');
    return { daemon, away, pid };
  };

  test('a stop leaves nothing behind that forked away', async ({ side }) => {
    const { away, pid } = await startDaemoniser(side, prefixFor());
    await call(side, 'stopProcess', 'web');
    expect([pid, away].filter(isAlive)).toEqual([]);
    expect((await infoOf(side, 'web')).statename).toBe('STOPPED');
    expect(side.readFile('main.log')).toContain(`killed what web had left behind: process ${away}\n`);
  });

  test('after an exit the next start comes when nothing of the last run is left', async ({ side }) => {
    const { away, pid } = await startDaemoniser(side, prefixFor());
    side.writeFile('away', '');
    process.kill(pid, 'SIGKILL');
    const next = await pidAway(side);
    expect(next).not.toBe(away);
    expect(isAlive(away)).toBe(false);
    expect((await infoOf(side, 'web')).pid).not.toBe(pid);
    expect(side.readFile('main.log')).toContain('exited: web (terminated by SIGKILL; not expected)');
  });

  test('it holds after a kill of the daemon and an upgrade in place', async ({ side }) => {
    const prefix = prefixFor();
    const { daemon, away, pid } = await startDaemoniser(side, prefix);
    daemon.signal('SIGKILL');
    await daemon.exited();
    const second = await side.start({ prefix });
    await side.waitFor('it is adopted', () =>
      side.readFile('main.log').includes(`adopted: 'web' with pid ${pid}`),
    );
    second.signal('SIGUSR1');
    await side.waitFor('the upgrade', () => side.readFile('main.log').includes(' goes on in place of '));
    await untilState(side, 'web', 'RUNNING');
    expect([pid, away].filter(isAlive)).toEqual([pid, away]);
    await call(side, 'stopProcess', 'web');
    expect([pid, away].filter(isAlive)).toEqual([]);
  });

  test('what a program has left behind that ended without a daemon is ended before its next start', async ({
    side,
  }) => {
    const prefix = prefixFor();
    const { daemon, away, pid } = await startDaemoniser(side, prefix);
    daemon.signal('SIGKILL');
    await daemon.exited();
    side.writeFile('away', '');
    process.kill(pid, 'SIGKILL');
    await side.waitFor('the program has ended', () => !isAlive(pid));
    expect(isAlive(away)).toBe(true);
    await side.start({ prefix });
    const next = await pidAway(side);
    expect(next).not.toBe(away);
    expect(isAlive(away)).toBe(false);
  });
}

describe('kill_mode=cgroup without a cgroup', () => {
  promises(() => WITHOUT_CGROUPS, 'exec sleep 1000');

  test('is logged once', async ({ side }) => {
    const keys = { command: 'sleep 1000', startsecs: 0, kill_mode: 'cgroup' } as const;
    await startWith(side, program('a', keys) + program('b', keys), { prefix: WITHOUT_CGROUPS });
    await untilState(side, 'a', 'RUNNING');
    await untilState(side, 'b', 'RUNNING');
    await call(side, 'stopAllProcesses');
    expect(count(side.readFile('main.log'), /programs get no cgroups: /g)).toBe(1);
  });
});

// A machine that lets a test mount cgroup v2 in a namespace of its own.
needing(describe, OWN_CGROUPS)('kill_mode=cgroup in a cgroup', () => {
  afterAll(() => expect(removeOwnCgroups()).toBe(true));

  // Not even its environment shows where the process belongs.
  promises(ownCgroup, 'exec env -i sleep 1000');
});

describe('kill_mode', () => {
  /** A process of the group of the program, and one that has left it. */
  function parent(side: Side): string {
    return script(
      side,
      'parent.sh',
      `trap "" TERM; sleep 1000 & echo $! > ${side.path('member')}; exec sleep 1000`,
    );
  }

  test('group kills what is left of the process group, and process leaves it', async ({ side }) => {
    const keys = { command: parent(side), startsecs: 0, stopsignal: 'KILL' } as const;
    await startWith(side, program('web', { ...keys, kill_mode: 'group' }));
    await side.waitFor('a member', () => numberIn(side, 'member') > 0);
    const member = numberIn(side, 'member');
    await call(side, 'stopProcess', 'web');
    expect(isAlive(member)).toBe(false);
  });

  test('process leaves the process group alone, also where stopasgroup is set', async ({ side }) => {
    const keys = { command: parent(side), startsecs: 0, stopsignal: 'KILL', stopasgroup: 'true' } as const;
    await startWith(side, program('web', { ...keys, kill_mode: 'process' }));
    await side.waitFor('a member', () => numberIn(side, 'member') > 0);
    const member = numberIn(side, 'member');
    await call(side, 'stopProcess', 'web');
    expect(isAlive(member)).toBe(true);
    process.kill(member, 'SIGKILL');
  });

  test('is taken over by a process that runs', async ({ side }) => {
    const keys = { command: parent(side), startsecs: 0, stopsignal: 'KILL' } as const;
    await startWith(side, program('web', { ...keys, kill_mode: 'process' }));
    await side.waitFor('a member', () => numberIn(side, 'member') > 0);
    const member = numberIn(side, 'member');
    side.writeFile('supervisord.conf', side.preamble + program('web', { ...keys, kill_mode: 'group' }));
    expect((await ownCtl(side, 'update')).stdout).toBe('web: updated (kill_mode)\n');
    await call(side, 'stopProcess', 'web');
    expect(isAlive(member)).toBe(false);
  });

  test('cgroup takes effect with the restart that an update makes', async ({ side }) => {
    const keys = { command: daemoniser(side), startsecs: 0 } as const;
    await startWith(side, program('web', keys), { prefix: WITHOUT_CGROUPS });
    const first = await pidAway(side);
    side.writeFile('away', '');
    side.writeFile('supervisord.conf', side.preamble + program('web', { ...keys, kill_mode: 'cgroup' }));
    expect((await ownCtl(side, 'update')).stdout).toContain('web: updated process group\n');
    const second = await pidAway(side);
    await call(side, 'stopProcess', 'web');
    expect([first, second].map(isAlive)).toEqual([true, false]);
    process.kill(first, 'SIGKILL');
  });
});
