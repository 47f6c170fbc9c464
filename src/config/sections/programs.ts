/**
 * The processes that a `[program:x]` section describes.
 *
 * @module
 */

import { pythonRepr } from '../../python/repr.ts';
import type { Host } from '../tables/host.ts';
import { type SectionReader, sectionReader } from '../tables/option.ts';
import { PROGRAM_OPTIONS } from '../tables/program-options.ts';
import { logFile, processOrGroupName } from '../tables/values.ts';
import { parseEnvironment } from '../text/environment-list.ts';
import { environmentNames, expand, extendScope, type Scope } from '../text/expansion.ts';
import type { Source } from '../text/source.ts';
import { type ChannelConfig, ConfigError, type ProcessConfig } from '../types.ts';

/** What all sections of a configuration are read with. */
export interface ReadContext {
  /** Path of the main file, as it was given. */
  readonly file: string;
  readonly source: Source;
  readonly host: Host;
  /** The names that every program may use: those of the environment, `here` and `host_node_name`. */
  readonly scope: Scope;
  /** `[supervisord] environment`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly warnings: string[];
}

type ProgramReader = SectionReader<typeof PROGRAM_OPTIONS>;

/**
 * Reads the processes of a program section, sorted by name (they share their priority).
 *
 * @throws ConfigError that names the section and its file
 */
export function readProgram(context: ReadContext, section: string, groupName: string): ProcessConfig[] {
  try {
    return readProcesses(context, section, groupName);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const file = context.source.includedFrom.get(section) ?? context.file;
    throw new ConfigError(`${error.message} in section ${pythonRepr(section)} (file: ${pythonRepr(file)})`);
  }
}

/** The order of the keys is the order in which the reference finds what is wrong with them. */
function readProcesses(context: ReadContext, section: string, groupName: string): ProcessConfig[] {
  const programName = processOrGroupName(section.slice(section.indexOf(':') + 1));
  const reader = sectionReader(context.source, section, PROGRAM_OPTIONS, context.host);
  const scope = extendScope(
    context.scope,
    new Map([
      ['program_name', programName],
      ['group_name', groupName],
    ]),
  );
  const shared = readShared(reader, scope);
  const processName = processOrGroupName(reader.raw('process_name'));
  if (shared.count > 1 && !processName.includes('%(process_num)')) {
    throw new ConfigError('%(process_num) must be present within process_name when numprocs > 1');
  }
  if (shared.stopAsGroup && !shared.killAsGroup) {
    throw new ConfigError('Cannot set stopasgroup=true and killasgroup=false');
  }
  const { count, firstNumber, redirectStderr } = shared;
  const processes: ProcessConfig[] = [];
  for (let number = firstNumber; number < firstNumber + count; number += 1) {
    const numbered = extendScope(
      scope,
      new Map([
        ['process_num', number],
        ['numprocs', count],
      ]),
    );
    const environment = parseEnvironment(expand(reader.raw('environment'), numbered, 'environment'));
    const own = extendScope(numbered, environmentNames(environment));
    const directory = reader.text('directory', own);
    const stdout = readChannel(context, reader, section, 'stdout', own, shared.stdout, false);
    const stderr = readChannel(context, reader, section, 'stderr', own, shared.stderr, redirectStderr);
    const command = reader.text('command', own);
    if (command === null) throw new ConfigError(`program section ${section} does not specify a command`);
    processes.push({
      name: expand(processName, own, 'process_name'),
      command,
      directory,
      umask: shared.umask,
      priority: shared.priority,
      autostart: shared.autostart,
      autorestart: shared.autorestart,
      startSeconds: shared.startSeconds,
      startRetries: shared.startRetries,
      uid: shared.uid,
      stdout,
      stderr,
      redirectStderr,
      stopSignal: shared.stopSignal,
      stopWaitSeconds: shared.stopWaitSeconds,
      stopAsGroup: shared.stopAsGroup,
      killAsGroup: shared.killAsGroup,
      exitCodes: shared.exitCodes,
      environment: { ...context.environment, ...environment },
      serverUrl: shared.serverUrl,
    });
  }
  return processes.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** What is the same for all processes of the section. */
function readShared(reader: ProgramReader, scope: Scope) {
  const priority = reader.value('priority', scope);
  const autostart = reader.value('autostart', scope);
  const autorestart = reader.value('autorestart', scope);
  const startSeconds = reader.value('startsecs', scope);
  const startRetries = reader.value('startretries', scope);
  const stopSignal = reader.value('stopsignal', scope);
  const stopWaitSeconds = reader.value('stopwaitsecs', scope);
  const stopAsGroup = reader.value('stopasgroup', scope);
  const killAsGroup = reader.value('killasgroup', scope) ?? stopAsGroup;
  const exitCodes = reader.value('exitcodes', scope);
  const redirectStderr = reader.value('redirect_stderr', scope);
  const count = reader.value('numprocs', scope);
  const firstNumber = reader.value('numprocs_start', scope);
  const stdout = readOutput(reader, 'stdout', scope);
  const stderr = readOutput(reader, 'stderr', scope);
  const serverUrl = reader.text('serverurl', scope);
  const uid = reader.value('user', scope);
  const umask = reader.value('umask', scope);
  return {
    priority,
    autostart,
    autorestart,
    startSeconds,
    startRetries,
    stopSignal,
    stopWaitSeconds,
    stopAsGroup,
    killAsGroup,
    exitCodes,
    redirectStderr,
    count,
    firstNumber,
    stdout,
    stderr,
    serverUrl: serverUrl.trim().toUpperCase() === 'AUTO' ? null : serverUrl,
    uid,
    umask,
  };
}

type Output = Pick<ChannelConfig, 'captureMaxBytes' | 'eventsEnabled'>;

function readOutput(reader: ProgramReader, name: 'stdout' | 'stderr', scope: Scope): Output {
  const captureMaxBytes = reader.value(`${name}_capture_maxbytes`, scope);
  return { captureMaxBytes, eventsEnabled: reader.value(`${name}_events_enabled`, scope) };
}

function readChannel(
  { host, warnings }: ReadContext,
  reader: ProgramReader,
  section: string,
  name: 'stdout' | 'stderr',
  scope: Scope,
  output: Output,
  isRedirected: boolean,
): ChannelConfig {
  // The reference expands the names of logs twice.
  const key = `${name}_logfile` as const;
  const target = logFile.parse(expand(reader.text(key, scope), scope, key), host);
  const backups = reader.value(`${name}_logfile_backups`, scope);
  const maxBytes = reader.value(`${name}_logfile_maxbytes`, scope);
  const isSyslog = reader.value(`${name}_syslog`, scope);
  if (target.kind === 'syslog') {
    warnings.push(
      `For [${section}], ${key}=syslog but this is deprecated and will be removed.  Use ${name}_syslog=true to enable syslog instead.`,
    );
  }
  const logfile = target.kind === 'syslog' ? NO_LOG : target;
  const syslog = isSyslog || target.kind === 'syslog';
  const { captureMaxBytes, eventsEnabled } = output;
  const channel = { logfile, maxBytes, backups, captureMaxBytes, eventsEnabled, syslog };
  if (logfile.kind === 'auto' && maxBytes === 0) {
    warnings.push(
      `For [${section}], AUTO logging used for ${key} without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally`,
    );
  }
  if (!isRedirected) return channel;
  if (logfile.kind === 'file') {
    warnings.push(
      `For [${section}], redirect_stderr=true but stderr_logfile has also been set to a filename, the filename has been ignored`,
    );
  }
  return { logfile: NO_LOG, maxBytes, backups, captureMaxBytes, eventsEnabled, syslog };
}

const NO_LOG = { kind: 'none' } as const;
