import { readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Daemon, Side } from '../../compat/scenario.ts';
import {
  allInfo,
  call,
  count,
  infoOf,
  killAtRest,
  program,
  script,
  test,
  untilAll,
  untilState,
} from './support.ts';
import { type BuildOptions, installBuild, leadTo } from './two-builds.ts';

const STAYS = { command: '/bin/sleep 1000', startsecs: 0 };

const TODAY: BuildOptions = { version: '1.0.0', patch: '' };

const WITHOUT_A_KEY: BuildOptions = {
  version: '0.9.0',
  patch: 'delete (PROGRAM_OPTIONS as { stdout_syslog?: unknown }).stdout_syslog;',
};

const WITH_ONE_MORE: BuildOptions = {
  version: '1.1.0',
  patch: `Object.assign(PROGRAM_OPTIONS, {
    foo_seconds: newRow({ field: 'fooSeconds', type: anInteger, default: '5', help: 'Foo.', since: '1.1.0' }),
  });`,
};

/** A daemon in the background, whose command is a link that leads to one build or the other. */
class Installed {
  readonly #side: Side;
  readonly #link: string;
  #daemon: Daemon | null = null;

  constructor(side: Side) {
    this.#side = side;
    this.#link = side.path('current');
  }

  get daemon(): Daemon {
    if (this.#daemon === null) throw new Error('it has not been started');
    return this.#daemon;
  }

  async start(folder: string): Promise<void> {
    leadTo(this.#link, folder);
    const config = this.#side.path('supervisord.conf');
    const started = await this.#side.command(join(this.#link, 'dist/bin/supervisord'), ['-c', config]);
    expect([started.stderr.replace(/^Unlinking stale socket .*\n/, ''), started.code]).toEqual(['', 0]);
    this.#daemon = this.#side.daemonAt(this.#side.path('supervisord.pid'));
  }

  /** SIGUSR1, with the other build in the place of the command. */
  async upgradeTo(folder: string): Promise<void> {
    leadTo(this.#link, folder);
    const before = this.#starts();
    this.daemon.signal('SIGUSR1');
    await this.#side.waitFor('the other build has taken over', () => this.#starts() > before);
    expect(await call(this.#side, 'getPID')).toBe(this.daemon.pid);
  }

  async killAndStart(folder: string): Promise<void> {
    await killAtRest(this.#side, this.daemon);
    await this.start(folder);
  }

  #starts(): number {
    return count(this.#side.readFile('main.log'), /INFO supervisord started with pid/g);
  }
}

/** Version of the build that keeps the journal. */
async function writer(side: Side): Promise<string> {
  const { pid } = await infoOf(side, 'stays');
  const journal = join(dirname(readlinkSync(`/proc/${pid}/fd/1`)), 'journal');
  const [heading = ''] = readFileSync(journal, 'utf8').split('\n');
  return (JSON.parse(heading) as { visord: string }).visord;
}

test.for([
  ['a key that the older one does not have', WITHOUT_A_KEY, TODAY],
  ['a key that only the newer one has', TODAY, WITH_ONE_MORE],
] as const)(
  'two builds that differ in %s take over from each other, and no program is restarted',
  async ([, olderBuild, newerBuild], { side }) => {
    const [older, newer] = await Promise.all([
      installBuild(side, olderBuild),
      installBuild(side, newerBuild),
    ]);
    const counter = script(side, 'counter.sh', 'i=0; while :; do i=$((i + 1)); echo $i; sleep 0.01; done');
    side.writeFile(
      'supervisord.conf',
      side.preamble +
        program('counter', { command: counter, startsecs: 0, stdout_logfile: side.path('counter.log') }) +
        program('stays', STAYS) +
        program('stopped', STAYS),
    );
    const installed = new Installed(side);
    await installed.start(older);
    await untilAll(side, 'RUNNING');
    await call(side, 'stopProcess', 'stopped');
    const shown = async () =>
      (await allInfo(side)).map(({ name, statename, pid }) => `${name} ${statename} ${pid}`);
    const before = await shown();

    for (const folder of [newer, older, newer]) {
      await installed.upgradeTo(folder);
      expect(await writer(side)).toBe((folder === newer ? newerBuild : olderBuild).version);
      expect(await shown()).toEqual(before);
    }
    await call(side, 'startProcess', 'stopped');
    const running = await shown();
    for (const folder of [older, newer, older]) {
      await installed.killAndStart(folder);
      expect(await writer(side)).toBe((folder === newer ? newerBuild : olderBuild).version);
      expect(await shown()).toEqual(running);
    }
    const numbers = () => side.readFile('counter.log').trimEnd().split('\n').map(Number);
    const { length } = numbers();
    await side.waitFor('it is logged on', () => numbers().length > length + 20);
    const lines = numbers();
    expect(lines).toEqual(lines.map((_, index) => index + 1));
    expect(count(side.readFile('main.log'), /spawned: /g)).toBe(4);
    await installed.daemon.stop();
  },
);

test('a key that the older build does not know is kept only while the process runs', async ({ side }) => {
  const [older, newer] = await Promise.all([installBuild(side, TODAY), installBuild(side, WITH_ONE_MORE)]);
  const configure = (fooSeconds: number) =>
    side.writeFile(
      'supervisord.conf',
      side.preamble + program('keyed', { ...STAYS, foo_seconds: fooSeconds }) + program('stays', STAYS),
    );
  configure(9);
  const installed = new Installed(side);
  await installed.start(newer);
  const { pid } = await untilState(side, 'keyed', 'RUNNING');
  const stays = (await untilState(side, 'stays', 'RUNNING')).pid;

  await installed.upgradeTo(older);
  await installed.upgradeTo(newer);
  await installed.killAndStart(older);
  await installed.killAndStart(newer);
  expect((await infoOf(side, 'keyed')).pid).toBe(pid);

  // One that the older build has started was not started with the key.
  await installed.upgradeTo(older);
  await call(side, 'stopProcess', 'keyed');
  await call(side, 'startProcess', 'keyed');
  const second = (await untilState(side, 'keyed', 'RUNNING')).pid;
  await installed.upgradeTo(newer);
  await side.waitFor('it is restarted', async () => ![second, 0].includes((await infoOf(side, 'keyed')).pid));

  // The value has changed meanwhile.
  const third = (await untilState(side, 'keyed', 'RUNNING')).pid;
  configure(10);
  await installed.upgradeTo(newer);
  await side.waitFor('it is restarted', async () => ![third, 0].includes((await infoOf(side, 'keyed')).pid));
  expect((await infoOf(side, 'stays')).pid).toBe(stays);
  await installed.daemon.stop();
});
