/**
 * Reads a configuration with an installed supervisord, through the Python that runs it.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { readFileSync, statSync } from '../../io/files.ts';
import { CommandError, resolveCommand } from '../../process/spawn/command.ts';
import { splitCommand } from '../../python/shlex.ts';
import type { Reading, Values } from './reading.ts';
import { REFERENCE_PROGRAM } from './reference-program.ts';

/** A supervisord that cannot read the configuration. The message is for the user. */
export class UnreadableReference extends Error {
  override readonly name = 'UnreadableReference';
}

export type ReferenceReading = { readonly version: string } & (
  | { readonly refusal: string; readonly reading: null }
  | { readonly refusal: null; readonly reading: Reading }
);

const LIMIT_MS = 30_000;
const MAX_SCRIPT_BYTES = 1024 * 1024;

/**
 * The configuration as the command reads it; nothing is started.
 *
 * @param command path or name of a supervisord
 * @throws UnreadableReference
 */
export async function readWithReference(
  command: string,
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ReferenceReading> {
  const script = fileOf(command, environment.PATH);
  const [python = '', ...flags] = interpreterOf(script);
  const args = [...flags, '-c', REFERENCE_PROGRAM, script, file];
  const { stdout, stderr, code } = await run(python, args, environment);
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (code !== 0 || !line.startsWith('{')) {
    const reason = stderr.trimEnd().split('\n').at(-1);
    throw new UnreadableReference(
      `${python} cannot read a configuration as ${script} does: ${reason || 'no output'}`,
    );
  }
  return readAnswer(line);
}

function fileOf(command: string, path: string | undefined): string {
  try {
    return resolveCommand(`'${command.replaceAll("'", "'\\''")}'`, path).file;
  } catch (error) {
    if (error instanceof CommandError) {
      throw new UnreadableReference(error.message);
    }
    throw error;
  }
}

/**
 * The words behind `#!`. For a long path pip writes a script for `sh`, whose second line executes Python: then the words of
 * that line.
 */
export function interpreterOf(script: string): string[] {
  const [first = '', second = ''] = scriptText(script).split('\n', 2);
  const words = splitCommand(first.startsWith('#!') ? first.slice(2) : '');
  const [shebang = '', ...rest] = words;
  const isEnv = basename(shebang) === 'env';
  const command = isEnv ? rest.filter((word) => !/^-S$|^[A-Za-z_]\w*=/.test(word)) : words;
  const [, long] = /^'''exec' ("[^"]+"|\S+) /.exec(second) ?? [];
  const found = basename(command[0] ?? '') === 'sh' && long !== undefined ? splitCommand(long) : command;
  if (!/^(?:python|pypy)[\d.]*$/.test(basename(found[0] ?? ''))) {
    throw new UnreadableReference(`${script} is not a Python script`);
  }
  return found;
}

function scriptText(script: string): string {
  const { size } = statSync(script);
  return size > MAX_SCRIPT_BYTES ? '' : readFileSync(script, 'latin1');
}

interface Ending {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** Runs the program without stdin, in a process group that is killed at the limit. */
function run(
  python: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, args, {
      env: { ...environment, PYTHONDONTWRITEBYTECODE: '1', PYTHONIOENCODING: 'utf-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const written = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        written[name] += text;
      });
    }
    const timer = setTimeout(() => {
      if (child.pid !== undefined) {
        process.kill(-child.pid, 'SIGKILL');
      }
      reject(
        new UnreadableReference(`${python} has not read the configuration within ${LIMIT_MS / 1000} seconds`),
      );
    }, LIMIT_MS);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new UnreadableReference(`cannot run ${python}: ${error.message}`));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ ...written, code });
    });
  });
}

interface Answer extends Reading {
  readonly version: string;
  readonly error: string | null;
}

function readAnswer(line: string): ReferenceReading {
  const { version, error, daemon, servers, groups } = JSON.parse(line) as Answer;
  return error === null
    ? { version, refusal: null, reading: { daemon, servers, groups: groups.map(withKeys) } }
    : { version, refusal: error, reading: null };
}

/** Classes of supervisord for `autorestart`, and the values of the key that they stand for. */
const RESTARTS: Readonly<Record<string, string | boolean>> = {
  RestartWhenExitUnexpected: 'unexpected',
  RestartUnconditionally: true,
  RestartNever: false,
};

function withKeys(group: Reading['groups'][number]): Reading['groups'][number] {
  return { ...group, processes: group.processes.map(processWithKeys) };
}

function processWithKeys({ name = null, uid = null, autorestart = null, ...others }: Values): Values {
  const restart = RESTARTS[String(autorestart)] ?? autorestart;
  return { ...others, process_name: name, user: uid, autorestart: restart };
}
