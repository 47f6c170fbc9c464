/**
 * One run of the client, from its settings to its exit code.
 *
 * @module
 */
import { fstatSync } from 'node:fs';
import type { Catalogue } from './commands/catalogue.ts';
import type { Command } from './commands/command.ts';
import { COMMANDS } from './commands/table.ts';
import { runLine } from './dispatch.ts';
import type { CommandPlugin, PluginSection } from './plugins/plugin.ts';
import { Session } from './session.ts';
import type { ClientSettings } from './settings.ts';
import { wantsColour } from './terminal/colour.ts';
import { plainInput } from './terminal/line-input.ts';
import { standardOutput } from './terminal/output.ts';
import type { FleetAccess } from './wire/fleet.ts';
import type { Connection } from './wire/rpc-client.ts';

export interface ClientRun {
  readonly settings: ClientSettings;
  /** The command and its arguments; none starts the shell. */
  readonly words: readonly string[];
  /** True with `-i`: commands ask before they end the daemon. */
  readonly isInteractive: boolean;
  /** True with `--patterns`: names may be patterns also where stdout is not a terminal. */
  readonly hasPatterns: boolean;
  readonly fleet: FleetAccess;
}

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
/** Time limit for a request that a server can answer at once. */
const SILENCE_MS = 60_000;

/** Runs a command, or the shell; returns the exit code. @throws ConfigError for a plugin that cannot be made */
export async function runClient({
  settings,
  words,
  isInteractive,
  hasPatterns,
  fleet,
}: ClientRun): Promise<number> {
  const catalogue: Catalogue<Command> = {
    own: COMMANDS,
    plugins: settings.plugins.length === 0 ? [] : await makePlugins(settings.plugins),
  };
  const out = standardOutput();
  const isTerminal = await isTerminalAt(STDOUT);
  const isWatched = isTerminal && (await isTerminalAt(STDERR));
  const create = (input: Session['input']): Session =>
    new Session({
      connection: connectionOf(settings),
      isInteractive: isInteractive || words.length === 0,
      out,
      input,
      isTerminal,
      isWatched,
      hasPatterns: hasPatterns || isTerminal,
      pidfile: settings.pidfile,
      fleet,
      hasColour: wantsColour(isTerminal, process.env),
    });
  if (words.length === 0) {
    const { openShell } = await import('./shell.ts');
    await openShell({
      settings,
      catalogue,
      out,
      isTerminal: isTerminal && (await isTerminalAt(STDIN)),
      create,
    });
    out.flush();
    return 0;
  }
  const session = create(plainInput(out));
  await runLine(session, catalogue, words.join(' '));
  out.flush();
  return session.exitStatus;
}

/** @throws ConfigError */
async function makePlugins(sections: readonly PluginSection[]): Promise<CommandPlugin[]> {
  const { makePlugin } = await import('./plugins/factories.ts');
  return sections.map(makePlugin);
}

/** `node:tty` is loaded only for a character device. */
async function isTerminalAt(fd: number): Promise<boolean> {
  try {
    if (!fstatSync(fd).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  const { isatty } = await import('node:tty');
  return isatty(fd);
}

/** How the daemon of the settings is reached. */
export function connectionOf({
  serverUrl,
  username,
  password,
  caFile,
  certFile,
  keyFile,
}: ClientSettings): Connection {
  return { serverUrl, username, password, silenceMs: SILENCE_MS, tls: { caFile, certFile, keyFile } };
}
