/**
 * One supervisord command in a folder of its own: everything a scenario does goes through here.
 *
 * @module
 */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Address, Json, Side } from '../scenario.ts';
import { findCompanion } from './companion.ts';
import { runControl, runControls } from './control.ts';
import { PYTHON, searchPath, UNPACKED_ROOTS } from './debian.ts';
import { sweepFaketime } from './faketime.ts';
import { rawExchange, rpcCall } from './http.ts';
import { findCommand } from './needs.ts';
import { createNormaliser } from './normalise.ts';
import { freePort } from './ports.ts';
import {
  cpuSeconds,
  daemonByPid,
  isAtRest,
  killMarked,
  removeFolders,
  runCommand,
  runtimeFolder,
  startDaemon,
} from './processes.ts';
import { waitUntil } from './wait.ts';

/** What one side showed, in order; names are unique. */
export type Observations = Map<string, Json>;

export interface SideCommands {
  readonly supervisord: readonly string[];
  readonly supervisorctl: readonly string[];
  readonly python: readonly string[];
}

export interface RunningSide {
  readonly side: Side;
  readonly observations: Observations;
  /** Names of the observations that depend on the machine. */
  readonly ofMachine: ReadonlySet<string>;
  /** What the scenario has given to the daemon so far: files, command lines, calls and scripts. */
  readonly sent: readonly string[];
  /** Ends every daemon and the processes that they left behind, and removes the folder. */
  end(keep: boolean): Promise<void>;
}

/** Folders of the sides that have not ended; the runner sweeps them when it is interrupted. */
export const openFolders = new Set<string>();

const UP = 'supervisord started with pid';

/** Processor time after which a daemon that never rests is taken to have started. */
const START_CPU_SECONDS = 5;

/** The number of log lines in the report of a condition that never held. */
const LAST_LINES = 40;

/** Opens a new folder for the command; a scenario drives the command through the result. */
export function openSide(label: Side['label'], commands: SideCommands): RunningSide {
  const dir = mkdtempSync(join(tmpdir(), 'vc-'));
  chmodSync(dir, 0o755);
  openFolders.add(dir);
  const normaliser = createNormaliser(dir);
  const observations: Observations = new Map();
  const ofMachine = new Set<string>();
  const address: Address = { kind: 'unix', path: join(dir, 's.sock') };
  const path = (name: string) => join(dir, name);
  const sent: string[] = [];
  const note = (...words: readonly string[]) => {
    sent.push(words.join(' '));
  };
  let ports = 0;
  let starts = 0;

  const writeFile = (name: string, content: string | Buffer, mode = 0o644) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeWhole(path(name), content, mode);
    if (typeof content === 'string') note(content);
    return path(name);
  };
  const command = commands.supervisord.findLast((word) => word.includes('/'));
  if (command !== undefined) normaliser.alias(command, 'SUPERVISORD');
  const client = findCommand(commands.supervisorctl.at(-1) ?? '');
  if (client !== null) normaliser.alias(client, 'SUPERVISORCTL');
  normaliser.alias(runtimeFolder(dir), 'RUN');
  normaliser.alias(PYTHON, 'PYTHON');
  normaliser.alias(searchPath(), 'PATH');
  for (const root of UNPACKED_ROOTS) {
    normaliser.hide(root);
    // As the wrappers of the unpacked commands name it.
    normaliser.hide(`${dirname(root)}/bin/../root`);
  }
  const controlConfig = writeFile('ctl.conf', `[supervisorctl]\nserverurl=unix://${address.path}\n`);

  const targetOf = (args: readonly string[]) => (args[0]?.startsWith('-') ? [] : ['-c', controlConfig]);

  const side: Side = {
    label,
    dir,
    address,
    preamble: preamble(dir, address.path),
    observe: (what, value, { isOfMachine = false } = {}) => {
      let name = what;
      for (let count = 2; observations.has(name); count += 1) name = `${what} #${count}`;
      observations.set(name, normaliser.value(value));
      if (isOfMachine) ofMachine.add(name);
    },
    normalise: normaliser.text,
    alias: normaliser.alias,
    aliasPid: normaliser.aliasPid,
    path,
    writeFile,
    readFile: (name) => {
      try {
        return readFileSync(path(name), 'utf8');
      } catch {
        return '';
      }
    },
    freePort: async () => {
      const port = await freePort();
      ports += 1;
      normaliser.alias(port, `PORT${ports}`);
      return port;
    },
    start: async (options = {}) => {
      const args = options.args ?? ['-n', '-c', options.config ?? path('supervisord.conf')];
      starts += 1;
      const outputFile = path(`daemon-${starts}.out`);
      const command = [...(options.prefix ?? []), ...commands.supervisord, ...args];
      note('supervisord', ...args);
      const daemon = startDaemon(command, dir, outputFile, options);
      const { ready } = options;
      const isUp = ready ?? (() => daemon.output().includes(UP));
      await waitUntil('the daemon is up', async () => (await isUp()) || !daemon.isRunning(), 120).catch(
        (error: unknown) => {
          throw new Error(`${String(error)}; its output: ${daemon.output()}`);
        },
      );
      // One that ends by itself, as with exit_on, may have ended by now.
      if (!daemon.isRunning() && !(await isUp())) {
        throw new Error(`the daemon ended at once: ${daemon.output()}`);
      }
      // The line stands before the start of the programs and the adoption, in one turn. A daemon with much to read
      // never rests; one that the machine holds up uses no processor time.
      if (ready === undefined) {
        const mostSeconds = cpuSeconds(daemon.pid) + START_CPU_SECONDS;
        const isOver = () => isAtRest(daemon.pid) || cpuSeconds(daemon.pid) > mostSeconds;
        await waitUntil('the start is over', isOver, 120);
      }
      return daemon;
    },
    supervisord: (args, options) => {
      note('supervisord', ...args);
      return runCommand([...commands.supervisord, ...args], dir, options);
    },
    daemonAt: (pidfile) => daemonByPid(Number(readFileSync(pidfile, 'utf8'))),
    ctl: (args, options) => {
      note('supervisorctl', ...args);
      return runControl(commands.supervisorctl, dir, [...targetOf(args), ...args], options);
    },
    ctlMany: (lines) => {
      for (const { args } of lines) note('supervisorctl', ...args);
      return runControls(
        commands.supervisorctl,
        dir,
        lines.map((line) => ({ ...line, args: [...targetOf(line.args), ...line.args] })),
      );
    },
    command: (name, args, options) => {
      note(name, ...args);
      return runCommand([name, ...args], dir, options);
    },
    companion: (name) => findCompanion(commands.supervisord, name),
    python: (script, args = [], options) => {
      note(script, ...args);
      return runCommand([...commands.python, '-c', script, ...args], dir, options);
    },
    rpc: (method, params = [], target = address) => {
      note(method, JSON.stringify(params));
      return rpcCall(target, method, params);
    },
    rawHttp: (request, options = {}) => {
      note(String(request));
      return rawExchange(options.address ?? address, request, options.silentMs ?? 500);
    },
    waitFor: (what, condition, seconds = 120) => waitUntil(what, condition, seconds).catch(withLog),
    logged: async (text, { times = 1, file = 'main.log', seconds = 120 } = {}) => {
      const isThere = () => timesIn(side.readFile(file), text) >= times;
      await waitUntil(`${file} has ${text}`, isThere, seconds).catch(withLog);
      return side.readFile(file);
    },
  };

  const withLog = (error: Error): never => {
    const lines = side.readFile('main.log').trimEnd().split('\n').slice(-LAST_LINES);
    throw new Error(`${error.message}\nmain.log ends with:\n${lines.join('\n')}`);
  };

  const end = async (keep: boolean) => {
    await waitUntil('everything of this side has ended', () => killMarked(dir) === 0, 60).catch(report);
    openFolders.delete(dir);
    sweepFaketime();
    if (!keep) removeFolders(dir);
  };
  return { side, observations, ofMachine, sent, end };
}

/**
 * A process that reads the file meanwhile sees the old contents or all of the new ones; a log is emptied without a
 * new file.
 */
function writeWhole(path: string, content: string | Buffer, mode: number): void {
  const isRead = content.length > 0 && lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const written = isRead ? join(dirname(path), `.${basename(path)}.new`) : path;
  writeFileSync(written, content);
  chmodSync(written, mode);
  if (isRead) renameSync(written, path);
}

function timesIn(text: string, wanted: string | RegExp): number {
  return typeof wanted === 'string'
    ? text.split(wanted).length - 1
    : [...text.matchAll(new RegExp(wanted, 'gm'))].length;
}

function report(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
}

function preamble(dir: string, socket: string): string {
  return `[unix_http_server]
file=${socket}

[supervisord]
logfile=${dir}/main.log
pidfile=${dir}/supervisord.pid
childlogdir=${dir}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
`;
}
