/**
 * Reads the command line of `supervisord` by the table of its flags.
 *
 * @module
 */

import type { Host } from '../config/host.ts';
import type { DaemonOverrides } from '../config/sections/daemon.ts';
import { SUPERVISORD_OPTIONS } from '../config/tables/daemon-options.ts';
import { flagSpecs } from '../config/tables/flag.ts';
import { systemUsers } from '../config/tables/users.ts';
import { configurationPlaces } from '../config/text/search-path.ts';
import { ConfigError } from '../config/types.ts';
import { existsSync } from '../io/files.ts';
import { inheritedEnvironment } from '../io/inherited.ts';
import { GetoptError, type GivenOption, getopt, type OptionSpec } from '../python/getopt.ts';
import { pythonRepr } from '../python/repr.ts';
import { SUPERVISOR_VERSION } from '../rpc/versions.ts';
import { DAEMON_FLAGS, type DaemonFlag, type FlagKey, supervisordHelp } from './supervisord-flags.ts';

/** The result of the command line. */
export interface SupervisordFlags {
  /** The file of `-c`, or null: search. */
  readonly configuration: string | null;
  readonly overrides: DaemonOverrides;
  /** Print the effective configuration instead of running. */
  readonly dumpConfig: boolean;
}

export type SupervisordCommand =
  | { readonly kind: 'run'; readonly flags: SupervisordFlags }
  /** Text for stdout; exit 0. */
  | { readonly kind: 'print'; readonly text: string }
  /** The text behind `Error: ` on stderr; exit 2. */
  | { readonly kind: 'fail'; readonly text: string };

/**
 * Reads the command line.
 *
 * @param argv the arguments behind the program's name
 * @param program how the program was called, as the help prints it
 */
export function parseSupervisordFlags(
  argv: readonly string[],
  program: string,
  host: Host = { users: systemUsers, environment: inheritedEnvironment() },
): SupervisordCommand {
  try {
    const { options, rest } = getopt(argv, flagSpecs(DAEMON_FLAGS));
    if (rest.length > 0) return fail(`positional arguments are not supported: ${pythonRepr(rest)}`);
    return applyFlags(options, program, host);
  } catch (error) {
    if (error instanceof GetoptError) return fail(error.message);
    throw error;
  }
}

/** The first flag that is wrong, or ends the command, decides. */
function applyFlags(
  options: readonly GivenOption<DaemonFlag & OptionSpec>[],
  program: string,
  host: Host,
): SupervisordCommand {
  const seen = new Set<string>();
  const overrides: Record<string, unknown> = {};
  let configuration: string | null = null;
  for (const { spec, spelled, value } of options) {
    const { effect, long } = spec;
    if (effect === 'help') return { kind: 'print', text: supervisordHelp(program) };
    if (effect === 'version') return { kind: 'print', text: `${SUPERVISOR_VERSION}\n` };
    if (typeof effect === 'object') {
      try {
        Object.assign(overrides, override(effect.sets, spec.takesValue ? value : 'true', host));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return fail(`invalid value for ${spelled} ${pythonRepr(value)}: ${error.message}`);
      }
    }
    if (seen.has(long)) return fail(`conflicting command line option ${pythonRepr(spelled)}`);
    seen.add(long);
    if (effect === 'configuration') configuration = value;
  }
  return { kind: 'run', flags: { configuration, overrides, dumpConfig: seen.has('dump-config') } };
}

/** The value as the row of the key reads it. @throws ConfigError */
function override(key: FlagKey, text: string, host: Host): DaemonOverrides {
  const { field, type } = SUPERVISORD_OPTIONS[key];
  return { [field]: type.parse(text, host) };
}

/** The configuration that a search found, and what is printed about the search. */
export interface DefaultConfigFile {
  readonly file: string | null;
  /** What follows `Error: ` where no file was found. */
  readonly error: string | null;
  /** A line for stderr, with its end, or null. */
  readonly warning: string | null;
}

/** Searches the usual places for a configuration. */
export function defaultConfigFile(
  program: string,
  {
    isRoot = process.getuid?.() === 0,
    exists = existsSync,
  }: { isRoot?: boolean; exists?: (path: string) => boolean } = {},
): DefaultConfigFile {
  const places = configurationPlaces(program);
  const file = places.find((place) => exists(place)) ?? null;
  const error =
    file === null
      ? `No config file found at default paths (${places.join(', ')}); use the -c option to specify a config file at a different path`
      : null;
  return { file, error, warning: isRoot ? `${program}: UserWarning: ${ROOT_WARNING}\n` : null };
}

const ROOT_WARNING =
  'Supervisord is running as root and it is searching for its configuration file in default locations ' +
  '(including its current working directory); you probably want to specify a "-c" argument specifying an ' +
  'absolute path to a configuration file for improved security.';

function fail(text: string): SupervisordCommand {
  return { kind: 'fail', text };
}
