/**
 * Programs that are added while the daemon runs: the keys of a program section, in no file.
 *
 * @module
 */
import { hostname } from 'node:os';
import type { Host } from '../host.ts';
import { SUPERVISORD_OPTIONS } from '../tables/daemon-options.ts';
import { fieldValue, rowOf } from '../tables/record.ts';
import { environmentNames, extendScope } from '../text/expansion.ts';
import { absolutePath, folderOf } from '../text/paths.ts';
import { Source } from '../text/source.ts';
import type { Config, ProcessConfig } from '../types.ts';
import { readProgram } from './programs.ts';

/** What is read, and the configuration that it joins. */
export interface AddedProgram {
  readonly config: Config;
  readonly group: string;
  readonly name: string;
  /** The section's keys and their texts. */
  readonly keys: ReadonlyMap<string, string>;
  readonly host: Host;
}

/** The program, and warnings about its section. */
export interface AddedProcesses {
  readonly processes: readonly ProcessConfig[];
  readonly warnings: readonly string[];
}

/**
 * Reads the processes of a program as if its section stood in the main file.
 *
 * @throws ConfigError that names the section
 */
export function readAddedProgram({ config, group, name, keys, host }: AddedProgram): AddedProcesses {
  const section = `program:${name}`;
  const source = new Source();
  source.sections.set(section, new Map([...keys].map(([key, text]) => [key.toLowerCase(), text])));
  const { daemon } = config;
  const { environment } = daemon;
  source.hasExtensions = daemon.extensions;
  source.quoting = daemon.environmentQuoting;
  const scope = extendScope(
    extendScope(null, environmentNames({ ...host.environment, ...environment })),
    new Map([
      ['here', folderOf(absolutePath(config.file))],
      ['host_node_name', hostname()],
    ]),
  );
  const warnings: string[] = [];
  const context = {
    file: config.file,
    source,
    host,
    scope,
    environment,
    warnings,
    daemonValue: (key: string) => fieldValue(daemon, rowOf(SUPERVISORD_OPTIONS, key)),
    programs: [],
  };
  return { processes: readProgram(context, section, { group, isMember: true }), warnings };
}
