/**
 * The command `supervisorctl`.
 *
 * @module
 */
import { writeSync } from 'node:fs';
import { flagSpecs } from '../config/tables/flag.ts';
import type { NodeAddress } from '../config/tables/node-list.ts';
import { ConfigError } from '../config/types.ts';
import { connectionOf, runClient } from '../ctl/client.ts';
import { COMMANDS } from '../ctl/commands/table.ts';
import { CLIENT_FLAGS, type ClientFlag, clientUsage, type FlagTarget, nearestFlag } from '../ctl/flags.ts';
import {
  type ClientSettings,
  DEFAULT_SETTINGS,
  findConfigFile,
  readClientSettings,
  readFleet,
  readMainFile,
  UnreadableConfigError,
} from '../ctl/settings.ts';
import type { Fleet } from '../ctl/wire/fleet.ts';
import { isUrl } from '../ctl/wire/server-url.ts';
import { calledAs, inheritedArguments, inheritedEnvironment } from '../io/inherited.ts';
import { showEscapes } from '../python/fs-encoding.ts';
import { GetoptError, type GivenOption, getopt } from '../python/getopt.ts';
import { pythonRepr } from '../python/repr.ts';

const STDOUT = 1;
const STDERR = 2;
const USAGE_ERROR = 2;
const UNREADABLE = 1;

type Given = Partial<Record<FlagTarget, string>>;
type GivenFlag = Pick<GivenOption<ClientFlag & { readonly takesValue: boolean }>, 'spelled' | 'value'> & {
  readonly spec: ClientFlag;
};

async function main(): Promise<number> {
  const program = calledAs();
  try {
    const { options, rest } = getopt(inheritedArguments(), flagSpecs(CLIENT_FLAGS));
    const help = options.findIndex(({ spec }) => spec.sets === 'help');
    // The flags before --help are checked, those after it are not.
    const given = readFlags(help < 0 ? options : options.slice(0, help));
    if (help >= 0) {
      writeSync(STDOUT, clientUsage(program, process.stdout.isTTY === true ? COMMANDS : null));
      return 0;
    }
    const file = given.configuration ?? findConfigFile(program);
    // With `-c ''` the reference reads no file and does not search for one.
    const bytes = file === null || file === '' ? null : readMainFile(file);
    const fromFile =
      file === null || bytes === null
        ? DEFAULT_SETTINGS
        : await readClientSettings(file, inheritedEnvironment(), bytes);
    const settings: ClientSettings = {
      ...fromFile,
      serverUrl: given.serverUrl ?? fromFile.serverUrl,
      username: given.username ?? fromFile.username,
      password: given.password ?? fromFile.password,
      historyFile: given.historyFile ?? fromFile.historyFile,
    };
    return await runClient({
      settings,
      words: rest,
      isInteractive: given.interactive !== undefined,
      hasPatterns: given.patterns !== undefined,
      fleet: {
        isAsked: given.fleet !== undefined,
        read: async () => {
          if (file === null || bytes === null) return null;
          const discover = async (): Promise<readonly NodeAddress[]> => {
            const { discoverNodes } = await import('../ctl/wire/discover.ts');
            return discoverNodes(connectionOf(settings));
          };
          const fleet = await readFleet(file, inheritedEnvironment(), bytes, discover);
          return fleet && withCredentials(fleet, given);
        },
      },
    });
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof GetoptError)) throw error;
    writeSync(STDERR, showEscapes(`Error: ${error.message}\nFor help, use ${program} -h\n`));
    hintAtFlag(error);
    return error instanceof UnreadableConfigError ? UNREADABLE : USAGE_ERROR;
  }
}

/** Only on a terminal: scripts see the output of the stock client. */
function hintAtFlag(error: ConfigError | GetoptError): void {
  const unknown = error instanceof GetoptError ? error.unknown : null;
  const nearest = unknown === null || process.stderr.isTTY !== true ? null : nearestFlag(unknown);
  if (nearest !== null) writeSync(STDERR, `Did you mean ${nearest}?\n`);
}

/** @throws ConfigError for a wrong value, and for a flag that is given twice */
function readFlags(options: readonly GivenFlag[]): Given {
  const given: Given = {};
  for (const { spec, spelled, value } of options) {
    if (spec.sets === 'serverUrl' && !isUrl(value)) {
      const shown = pythonRepr(value);
      throw new ConfigError(`invalid value for ${spelled} ${shown}: value ${shown} is not a URL`);
    }
    if (given[spec.sets] !== undefined) {
      throw new ConfigError(`conflicting command line option ${pythonRepr(spelled)}`);
    }
    given[spec.sets] = value;
  }
  if (given.fleet !== undefined && given.serverUrl !== undefined) {
    throw new ConfigError('--fleet cannot be used with --serverurl');
  }
  return given;
}

/** User name and password of the command line replace those of all nodes. */
function withCredentials(fleet: Fleet, { username, password }: Given): Fleet {
  const nodes = fleet.nodes.map(({ name, connection }) => ({
    name,
    connection: {
      ...connection,
      username: username ?? connection.username,
      password: password ?? connection.password,
    },
  }));
  return { ...fleet, nodes };
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    writeSync(STDERR, `${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
