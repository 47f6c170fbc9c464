/**
 * The command `supervisord`.
 *
 * @module
 */
import '../native/save-memory.ts';
import { writeSync } from 'node:fs';
import { loadConfig } from '../config/load.ts';
import { VISORD_VERSION } from '../config/tables/visord-version.ts';
import { type Config, ConfigError } from '../config/types.ts';
import { openFleet } from '../fleet/fleet.ts';
import { ListenError } from '../http/connections/listen-error.ts';
import { tryHttpServers } from '../http/connections/try-servers.ts';
import { openHttpServers } from '../http/servers.ts';
import { statSync } from '../io/files.ts';
import { calledAs, inheritedArguments, inheritedEnvironment } from '../io/inherited.ts';
import { initialNofile, releaseSignalsToDefault } from '../native/posix.ts';
import { fsencode, showEscapes } from '../python/fs-encoding.ts';
import { type Launch, launchInBackground, takeLaunch } from '../supervisor/background.ts';
import { handedReader, recordingReader } from '../supervisor/config-reading.ts';
import type { Handover } from '../supervisor/journal/handover.ts';
import { checkDependencies } from '../supervisor/lifecycle/check-dependencies.ts';
import { runDaemon } from '../supervisor/run.ts';
import { StartError } from '../supervisor/start-error.ts';
import { takeHandover } from '../supervisor/upgrade/inheritance.ts';
import { readWithRetries } from '../supervisor/upgrade/read-config.ts';
import { rehearse, type Trial, takeTrial } from '../supervisor/upgrade/trial.ts';
import { DAEMON_EXITS } from './daemon-exits.ts';
import { defaultConfigFile, parseSupervisordFlags, type SupervisordFlags } from './flags.ts';
import { nameProcess } from './process-name.ts';

const STDOUT = 1;
const STDERR = 2;

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    writeSync(STDERR, `${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(DAEMON_EXITS.failure.code);
  },
);

async function main(): Promise<number> {
  nameProcess('supervisord');
  const launch = takeLaunch();
  const handover = takeHandover();
  const program = calledAs();
  const exitCode = await run(program, { launch, handover, trial: takeTrial() });
  launch?.report(exitCode);
  return exitCode;
}

async function run(program: string, origin: Origin): Promise<number> {
  const parsed = parseSupervisordFlags(inheritedArguments(), program);
  switch (parsed.kind) {
    case 'print':
      writeSync(STDOUT, parsed.text);
      return 0;
    case 'fail':
      return refuse(program, parsed.text);
    case 'run':
      break;
  }
  try {
    return await supervise(parsed.flags, program, origin);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof StartError || error instanceof ListenError) {
      return refuse(program, error.message);
    }
    throw error;
  }
}

interface Origin {
  readonly launch: Launch | null;
  readonly handover: Handover | null;
  /** This process only tests whether it could take over from the daemon that has started it. */
  readonly trial: Trial | null;
}

async function supervise(
  flags: SupervisordFlags,
  program: string,
  { launch, handover, trial }: Origin,
): Promise<number> {
  const file = flags.configuration ?? findConfigFile(program);
  const softFileLimit = launch?.softFileLimit ?? handover?.softFileLimit ?? initialNofile().soft;
  const environment = inheritedEnvironment();
  const recording = recordingReader();
  const load = (readFile?: (path: string) => Buffer): Config => {
    const loaded = loadConfig({ file, environment, overrides: flags.overrides, readFile });
    checkDependencies(loaded);
    return loaded;
  };
  // The end of a pipe or of a terminal may never come, and a dump is not a daemon: Ctrl-C ends both.
  if (flags.dumpConfig || (handover === null && !isRegularFile(file))) releaseSignalsToDefault();
  const read = (): Config => load(launch === null ? recording.read : handedReader(launch.files));
  const config = handover === null ? read() : await readWithRetries(read);
  if (trial !== null) {
    rehearse(config, trial, tryHttpServers);
    writeSync(STDERR, `visord ${VISORD_VERSION}\n`);
    return 0;
  }
  if (flags.dumpConfig) {
    const { dumpConfig } = await import('../config/dump/dump.ts');
    writeSync(STDOUT, fsencode(dumpConfig(config)));
    return 0;
  }
  if (!config.daemon.nodaemon && launch === null && handover === null) {
    releaseSignalsToDefault();
    return launchInBackground(softFileLimit, recording.handed());
  }
  return runDaemon({
    config,
    readConfig: () => load(),
    openServers: (supervisor, isFresh, handed) =>
      openHttpServers(supervisor, { toleratesBrokenInterfaces: !isFresh, handed }),
    openFleet,
    launch,
    handover,
    softFileLimit,
  });
}

function isRegularFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return true;
  }
}

function findConfigFile(program: string): string {
  const { file, error, warning } = defaultConfigFile(program);
  writeSync(STDERR, warning ?? '');
  if (file === null) {
    throw new StartError(error ?? 'No config file found');
  }
  return file;
}

function refuse(program: string, message: string): number {
  writeSync(STDERR, showEscapes(`Error: ${message}\nFor help, use ${program} -h\n`));
  return DAEMON_EXITS.refused.code;
}
