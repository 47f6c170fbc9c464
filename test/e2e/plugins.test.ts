import { cpSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import type { Json, Side } from '../../compat/scenario.ts';
import { allInfo, call, program, startWith, test, untilAll, untilState } from './support.ts';

const EXAMPLE = fileURLToPath(new URL('../../docs/sample/rolling-restart.mjs', import.meta.url));
const TWIDDLER = 'supervisor_twiddler.rpcinterface:make_twiddler_rpcinterface';
const CAT = { command: '/bin/cat', startsecs: 0 };

function rpcInterface(name: string, factory: string, keys: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ 'supervisor.rpcinterface_factory': factory, ...keys });
  return `[rpcinterface:${name}]\n${lines.map(([key, value]) => `${key}=${value}\n`).join('')}`;
}

/** The result of any method, in full. */
async function result(side: Side, method: string, ...params: Json[]): Promise<Json> {
  const answer = await side.rpc(method, params);
  if ('result' in answer) return answer.result;
  throw new Error(`${method}: ${JSON.stringify(answer)}`);
}

/** What a daemon prints that does not come up on these sections. */
async function refused(side: Side, sections: string): Promise<{ stderr: string; code: number }> {
  const config = side.writeFile('supervisord.conf', side.preamble + sections);
  const { stderr, code } = await side.supervisord(['-n', '-c', config]);
  return { stderr: stderr.split('\n')[0] ?? '', code };
}

describe('the plugin of the documentation', () => {
  test('restarts a group one process at a time', async ({ side }) => {
    cpSync(EXAMPLE, side.path('rolling-restart.mjs'));
    await startWith(
      side,
      program('web', { ...CAT, numprocs: 3, process_name: 'web_%(process_num)s' }) +
        rpcInterface('rolling', './rolling-restart.mjs:makeRollingRestart', { pause_seconds: '0.01' }),
    );
    await untilAll(side, 'RUNNING');
    const before = (await allInfo(side)).map(({ pid }) => pid);
    expect(await result(side, 'rolling.restartGroup', 'web')).toEqual(['web_0', 'web_1', 'web_2']);
    const after = await allInfo(side);
    expect(after.map(({ statename }) => statename)).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
    expect(after.filter(({ pid }) => before.includes(pid))).toEqual([]);
    expect(side.readFile('main.log')).toContain('INFO rolling restart of web: web_2 is done');
    expect(side.readFile('main.log')).toContain("INFO RPC interface 'rolling' initialized");
    expect(await side.rpc('rolling.restartGroup', ['none'])).toEqual({ fault: 10, text: 'BAD_NAME: none' });
  });
});

describe('a plugin that cannot be loaded', () => {
  test('keeps the daemon from starting, and the log reports why', async ({ side }) => {
    side.writeFile('bad.cjs', 'exports.make = () => { throw new Error("not today"); };');
    expect(await refused(side, rpcInterface('bad', './bad.cjs:make'))).toEqual({
      stderr: 'Error: Could not make bad rpc interface',
      code: 2,
    });
    expect(side.readFile('main.log')).toMatch(/ WARN RPC interface 'bad': Error: not today\n/);
    expect(existsSync(side.path('s.sock'))).toBe(false);
  });

  test('keeps it from going to the background too', async ({ side }) => {
    side.writeFile('bad.mjs', 'export const make = async () => ({ a: () => 1 });');
    const config = side.writeFile('supervisord.conf', side.preamble + rpcInterface('bad', './bad.mjs:make'));
    const { stderr, code } = await side.supervisord(['-c', config]);
    expect([stderr.split('\n')[0], code]).toEqual(['Error: Could not make bad rpc interface', 2]);
  });

  test('is refused with the configuration where there is no such module', async ({ side }) => {
    for (const factory of ['./nothing.mjs:make', 'supervisor_other.rpcinterface:make_other_rpcinterface']) {
      const { stderr, code } = await refused(side, rpcInterface('bad', factory));
      expect(stderr).toContain(
        `Error: ${factory} cannot be resolved within [rpcinterface:bad]: it has to name`,
      );
      expect(code).toBe(2);
    }
  });

  test('is left out after a reload, and everything else goes on', async ({ side }) => {
    side.writeFile(
      'once.cjs',
      'let times = 0; exports.make = () => { if (++times > 1) throw new Error("only once"); return { ping: () => times }; };',
    );
    const daemon = await startWith(side, program('cat', CAT) + rpcInterface('once', './once.cjs:make'));
    await untilState(side, 'cat', 'RUNNING');
    expect(await result(side, 'once.ping')).toBe(1);
    const { pid } = daemon;
    daemon.signal('SIGHUP');
    await side.waitFor('the interface is left out', () =>
      side.readFile('main.log').includes('CRIT Could not make once rpc interface: it is left out'),
    );
    await side.waitFor('the daemon answers', async () => 'result' in (await side.rpc('supervisor.getPID')));
    await untilState(side, 'cat', 'RUNNING');
    expect(await call(side, 'getPID')).toBe(pid);
    expect(side.readFile('main.log')).toMatch(/ WARN RPC interface 'once': Error: only once\n/);
    expect(await side.rpc('once.ping')).toEqual({ fault: 1, text: 'UNKNOWN_METHOD' });
  });
});

describe('a plugin while the daemon runs', () => {
  test('that fails is answered with a fault, and nothing else fails', async ({ side }) => {
    side.writeFile(
      'odd.mjs',
      `export const make = () => ({
        throws() { throw new Error('it broke'); },
        rejects: async () => { throw new Error('it broke later'); },
        nothing() {},
        never: () => new Promise(() => {}),
        stray() { setImmediate(() => { throw new Error('astray'); }); return true; },
      });`,
    );
    const daemon = await startWith(side, program('cat', CAT) + rpcInterface('odd', './odd.mjs:make'));
    expect(await side.rpc('odd.throws')).toEqual({ fault: 30, text: 'FAILED: it broke' });
    expect(await side.rpc('odd.rejects')).toEqual({ fault: 30, text: 'FAILED: it broke later' });
    expect(await side.rpc('odd.nothing')).toMatchObject({ fault: 30 });
    void side.rpc('odd.never').catch(() => {});
    expect(await result(side, 'odd.stray')).toBe(true);
    await side.waitFor('the stray error is logged', () =>
      side.readFile('main.log').includes('unexpected error: Error: astray'),
    );
    await untilState(side, 'cat', 'RUNNING');
    expect(await daemon.stop()).toBe(0);
  });

  test('is notified of its end, and begins anew after a reload', async ({ side }) => {
    side.writeFile(
      'life.mjs',
      `export const make = ({ ended, log }) => {
        let calls = 0;
        ended.addEventListener('abort', () => log.info('the plugin has ended'));
        return { count: () => ++calls };
      };`,
    );
    const daemon = await startWith(side, rpcInterface('life', './life.mjs:make'));
    expect(await result(side, 'life.count')).toBe(1);
    expect(await result(side, 'life.count')).toBe(2);
    daemon.signal('SIGHUP');
    await side.waitFor('the plugin has ended', () =>
      side.readFile('main.log').includes('the plugin has ended'),
    );
    await side.waitFor('the plugin counts anew', async () => {
      const answer = await side.rpc('life.count');
      return 'result' in answer && answer.result === 1;
    });
  });
});

describe('the twiddler', () => {
  test('adds a program that starts, and takes it out again when it is stopped', async ({ side }) => {
    await startWith(
      side,
      `[group:jobs]\nprograms=\n${program('cat', CAT)}${rpcInterface('twiddler', TWIDDLER)}`,
    );
    const keys = {
      command: '/bin/sh -c "echo ready; exec cat"',
      startsecs: '0',
      numprocs: 2,
      process_name: 'p%(process_num)d',
    };
    expect(await result(side, 'twiddler.addProgramToGroup', 'jobs', 'p', keys)).toBe(true);
    const { pid } = await untilState(side, 'jobs:p1', 'RUNNING');
    await side.waitFor(
      'it is logged',
      async () => (await call(side, 'readProcessLog', 'jobs:p1', 0, 0)) === 'ready\n',
    );
    process.kill(pid, 'SIGKILL');
    await side.waitFor('it is restarted', async () => {
      const info = (await call(side, 'getProcessInfo', 'jobs:p1')) as { pid: number };
      return info.pid !== 0 && info.pid !== pid;
    });
    expect(await side.rpc('twiddler.removeProcessFromGroup', ['jobs', 'p1'])).toEqual({
      fault: 91,
      text: 'STILL_RUNNING: p1',
    });
    await call(side, 'stopProcess', 'jobs:p1');
    expect(await result(side, 'twiddler.removeProcessFromGroup', 'jobs', 'p1')).toBe(true);
    expect((await allInfo(side)).map(({ name }) => name)).toEqual(['cat', 'p0']);
    expect((await side.ctl(['status', 'jobs:*'])).stdout).toMatch(/^jobs:p0 +RUNNING/);
  });

  test('leaves a group changed, which an update reverts', async ({ side }) => {
    await startWith(side, program('cat', CAT) + rpcInterface('twiddler', TWIDDLER));
    await result(side, 'twiddler.addProgramToGroup', 'cat', 'more', CAT);
    await untilState(side, 'cat:more', 'RUNNING');
    expect((await side.ctl(['reread'])).stdout).toBe('cat: changed\n');
    expect((await side.ctl(['update'])).stdout).toContain('cat: updated process group');
    expect((await allInfo(side)).map(({ name }) => name)).toEqual(['cat']);
  });

  test('ends what it has added with the daemon', async ({ side }) => {
    const daemon = await startWith(side, program('cat', CAT) + rpcInterface('twiddler', TWIDDLER));
    await result(side, 'twiddler.addProgramToGroup', 'cat', 'more', CAT);
    const { pid } = await untilState(side, 'cat:more', 'RUNNING');
    expect(await daemon.stop()).toBe(0);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
