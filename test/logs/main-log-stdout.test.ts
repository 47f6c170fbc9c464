import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const LINES = 2000;
const PROGRAM = `
  import { openMainLog } from './src/logs/main-log.ts';
  const file = process.argv[2];
  const log = openMainLog({ level: 'info', file, maxBytes: 0, backups: 0, toStdout: true });
  for (let index = 0; index < ${LINES}; index += 1) log.info('line ' + index);
  log.close();
`;

/** A reader that a busy machine holds up is waited for, however long that takes. */
const PATIENCE: Plugin = {
  name: 'a patient end',
  setup: (building) => {
    building.onLoad({ filter: /src\/logs\/main-log\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const contents = source.replace(/CLOSE_PATIENCE_MS = \d+/, 'CLOSE_PATIENCE_MS = 60_000');
      return contents === source ? { errors: [{ text: 'no patience' }] } : { contents, loader: 'ts' };
    });
  },
};

let folder = '';
let file = '';

/** A program that logs, outside of the tests' own process, whose stdout is taken. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'visord-stdout-'));
  writeFileSync(join(folder, 'package.json'), '{"name":"visord"}');
  for (const name of ['build', 'node_modules']) symlinkSync(resolve(name), join(folder, name));
  await build({
    stdin: { contents: PROGRAM, resolveDir: resolve('.'), loader: 'ts' },
    outfile: join(folder, 'program.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    plugins: [PATIENCE],
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  file = join(folder, 'main.log');
  rmSync(file, { force: true });
});

function start(command: string, args: string[], options: SpawnOptions) {
  return spawn(command, args, {
    ...options,
    env: { ...process.env, PROGRAM: `${folder}/program.mjs`, LOG: file },
  });
}

function loggedLines(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.includes(' INFO '))
    .map((line) => line.slice(24));
}

const ALL = Array.from({ length: LINES }, (_, index) => `INFO line ${index}`);

test('everything is on stdout when that is a socket, which cannot be opened by its name', async () => {
  const child = start(process.execPath, [join(folder, 'program.mjs'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('no stdout');
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect(child.exitCode).toBe(0);
  expect(loggedLines(output)).toEqual(ALL);
  expect(loggedLines(readFileSync(file, 'utf8'))).toEqual(ALL);
});

test('everything is on stdout when that is a pipe to a slow reader', async () => {
  const child = start('/bin/sh', ['-c', 'node "$PROGRAM" "$LOG" | { sleep 0.1; cat; }'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('no stdout');
  expect(loggedLines(await text(child.stdout))).toEqual(ALL);
});

test('a reader of stdout that goes away (head -1) does not stop the daemon nor its log file', async () => {
  const child = start('/bin/sh', ['-c', '{ node "$PROGRAM" "$LOG"; echo "exit $?" >&2; } | head -1'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.stdout === null || child.stderr === null) throw new Error('no output');
  const [output, status] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(loggedLines(output)).toEqual(['INFO line 0']);
  expect(status).toBe('exit 0\n');
  expect(loggedLines(readFileSync(file, 'utf8'))).toEqual(ALL);
});

test('a full disk behind stdout is reported in the log file, once', async () => {
  const child = start(process.execPath, [join(folder, 'program.mjs'), file], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'inherit'],
  });
  await once(child, 'exit');
  expect(child.exitCode).toBe(0);
  const log = readFileSync(file, 'utf8');
  expect(loggedLines(log)).toEqual(ALL);
  expect(log.match(/WARN .*/g)).toEqual([
    'WARN log /dev/stdout cannot be written: no space left on device (ENOSPC); what is written to it is dropped until it can',
  ]);
});

test('stdout in a file keeps what was and is written by others', async () => {
  const target = join(folder, 'out');
  const child = start('/bin/sh', ['-c', `{ echo first; node "$PROGRAM" "$LOG"; echo last; } > ${target}`], {
    stdio: 'inherit',
  });
  await once(child, 'exit');
  const output = readFileSync(target, 'utf8');
  expect(output).toMatch(/^first\n/);
  expect(output).toMatch(/\nlast\n$/);
  expect(loggedLines(output)).toEqual(ALL);
});
