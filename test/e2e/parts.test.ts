import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Daemon, Side } from '../../compat/scenario.ts';
import { allInfo, call, program, targetsOf, test, untilAll, untilFilesAreKept } from './support.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Bytes of the part of the daemon that is always loaded. V8 keeps them in memory, and what it makes of them. */
const LARGEST_MAIN_PART = 554_000;

/** Every daemon loads the first two a moment after its start; the third reads the form of the requests of this test. */
const USED = new Set(['keptFiles', 'pages', 'xml']);

const STAYS = program('stays', { command: '/bin/sleep 1000', startsecs: 0 });

const main = () => readFileSync(`${ROOT}/dist/commands/supervisord.cjs`, 'latin1');

function partsFile(folder: string): string {
  const found = readdirSync(folder).filter((name) => name.endsWith('.parts'));
  expect(found).toHaveLength(1);
  return `${folder}/${found[0]}`;
}

/** The package in a folder of its own. */
function install(side: Side): string {
  const folder = side.path('package');
  for (const name of ['package.json', 'dist/bin', 'dist/commands']) {
    cpSync(`${ROOT}/${name}`, `${folder}/${name}`, { recursive: true });
  }
  for (const name of ['node_modules', 'build', 'prebuilds']) {
    if (existsSync(`${ROOT}/${name}`)) symlinkSync(`${ROOT}/${name}`, `${folder}/${name}`);
  }
  return folder;
}

async function startFrom(side: Side, folder: string, sections: string): Promise<Daemon> {
  const config = side.writeFile('supervisord.conf', side.preamble + sections);
  const { code, stderr } = await side.command(`${folder}/dist/bin/supervisord`, ['-c', config]);
  expect([code, stderr]).toEqual([0, '']);
  await untilAll(side, 'RUNNING');
  return side.daemonAt(side.path('supervisord.pid'));
}

const get = (side: Side, path: string) => side.rawHttp(`GET ${path} HTTP/1.0\r\n\r\n`);

test('the part of the daemon that is always loaded does not grow', () => {
  const { length } = main();
  expect(
    length,
    `dist/commands/supervisord.cjs has ${length} bytes, and may have ${LARGEST_MAIN_PART}: name the modules of what is not used ` +
      'by every daemon in scripts/daemon-parts.mjs (functions and classes of a module there are loaded when they are used), or ' +
      'import them with import(). Raise the limit for what every daemon needs only.',
  ).toBeLessThanOrEqual(LARGEST_MAIN_PART);
});

test('a daemon that uses none of the features in parts of their own loads none of them', async ({ side }) => {
  const folder = install(side);
  const file = partsFile(`${folder}/dist/commands`);
  const places = /PARTS\w*=(\{[^{}]*\})/.exec(main())?.[1] ?? '';
  const parts = Function(`return ${places}`)() as Readonly<Record<string, readonly [number, number]>>;
  const bytes = readFileSync(file);
  for (const [name, [offset, length]] of Object.entries(parts)) {
    expect(bytes.toString('latin1', offset, offset + length)).toMatch(/^"use strict";/);
    if (USED.has(name)) continue;
    bytes.fill(`throw Error("the part ${name} is loaded");//`.padEnd(length), offset, offset + length);
  }
  expect(Object.keys(parts)).toEqual(expect.arrayContaining([...USED]));
  side.writeFile(`package/dist/commands/${basename(file)}`, bytes);

  const daemon = await startFrom(side, folder, STAYS);
  await untilFilesAreKept(side, daemon.pid);
  await call(side, 'stopProcess', 'stays');
  await call(side, 'startProcess', 'stays');
  await call(side, 'tailProcessStdoutLog', 'stays', 0, 100);
  await call(side, 'readLog', 0, 100);
  await call(side, 'reloadConfig');
  await call(side, 'signalProcess', 'stays', 'WINCH');
  expect(await side.rpc('system.listMethods')).toHaveProperty('result');
  expect(await allInfo(side)).toMatchObject([{ name: 'stays', statename: 'RUNNING' }]);
  await daemon.stop();
  expect(side.readFile('main.log')).not.toMatch(/the part|Error/);

  // What was overwritten is what is loaded.
  const again = await startFrom(side, folder, STAYS);
  await get(side, '/');
  await side.waitFor('the page has failed', () =>
    side.readFile('main.log').includes('the part web is loaded'),
  );
  await again.stop();
});

test.for(['-v', '--version', '-h', '--help'])(
  'supervisord %s loads nothing of the daemon',
  async (flag, { side }) => {
    const folder = install(side);
    side.writeFile('package/dist/commands/supervisord.cjs', 'throw Error("the daemon is loaded");');
    const { code, stdout, stderr } = await side.command(`${folder}/dist/bin/supervisord`, [flag]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^(?:\d+\.\d+\.\d+\n|supervisord -- run a set of applications as daemons\.\n)/);
  },
);

test('a daemon whose package is removed or replaced uses what it was started with', async ({ side }) => {
  const folder = install(side);
  const daemon = await startFrom(side, folder, STAYS);
  rmSync(`${folder}/dist`, { recursive: true });

  expect(await get(side, '/')).toMatch(/^HTTP\/1\.\d 200 [\s\S]*stays/);
  expect(
    await side.rpc('system.multicall', [[{ methodName: 'supervisor.getState', params: [] }]]),
  ).toMatchObject({ result: [{ statename: 'RUNNING' }] });
  expect(await get(side, '/logtail/nothing')).toContain('404');
  daemon.signal('SIGUSR1');
  await side.waitFor('the upgrade is refused', () => side.readFile('main.log').includes('upgrade refused: '));
  expect(await allInfo(side)).toMatchObject([{ name: 'stays', statename: 'RUNNING' }]);
  await daemon.stop();
});

test('the file with the parts is not inherited by programs', async ({ side }) => {
  const folder = install(side);
  const daemon = await startFrom(side, folder, STAYS);
  const [{ pid } = { pid: 0 }] = await allInfo(side);
  expect(targetsOf(daemon.pid)).toContain(partsFile(`${folder}/dist/commands`));
  expect(targetsOf(pid).filter((target) => target.endsWith('.parts'))).toEqual([]);
  await daemon.stop();
});
