/**
 * The processes that a `[program:x]` section describes.
 *
 * @module
 */

import type { FormatValue } from '../../python/format.ts';
import { PROGRAM_OPTIONS } from '../tables/program-options.ts';
import { blankConfig, rowOf, rowsOf, type Values, withValues } from '../tables/record.ts';
import { locatedError, type Reading, type SectionReader, sectionReader } from '../tables/section-reader.ts';
import { environmentNames, expand, extendScope, type Scope } from '../text/expansion.ts';
import { expandPartially } from '../text/partial-expansion.ts';
import {
  type ChannelConfig,
  ConfigError,
  type FcgiSocketConfig,
  type ProcessConfig,
  type ProgramConfig,
  type ScalableProgram,
  type ScaleLimits,
} from '../types.ts';
import { checkedLabel } from './section-label.ts';

/** What all sections with programs are read with. */
export interface ReadContext extends Reading {
  /** The names that every program may use: those of the environment, `here` and `host_node_name`. */
  readonly scope: Scope;
  /** `[supervisord] environment`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly warnings: string[];
  /** Takes every program that is read. */
  readonly programs: ProgramConfig[];
}

/** The group that a program is read for. */
export interface Membership {
  readonly group: string;
  /** True where a `[group:x]` names the program. */
  readonly isMember: boolean;
  /** For a FastCGI program: reads its socket when the processes have been read. @throws ConfigError */
  readonly readSocket?: () => FcgiSocketConfig | null;
}

/**
 * Reads the processes of a program section, sorted by name (they share their priority).
 *
 * @throws ConfigError that names the section and its file
 */
export function readProgram(
  context: ReadContext,
  section: string,
  membership: Membership,
): readonly ProcessConfig[] {
  try {
    const program = readSection(context, section, membership);
    context.programs.push(program);
    return program.processes;
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    throw locatedError(error, context.source, { section, file: context.file });
  }
}

const ROWS = rowsOf(PROGRAM_OPTIONS);
const SECTION_ROWS = ROWS.filter(({ row }) => row.scope === 'section');
const NAME_ROW = rowOf(PROGRAM_OPTIONS, 'process_name');
/** Variables of the program are names that the other values may use. */
const ENVIRONMENT_ROW = rowOf(PROGRAM_OPTIONS, 'environment');
const PROCESS_ROWS = ROWS.filter((one) => one.row.scope === 'process' && one !== ENVIRONMENT_ROW);

/**
 * First what the processes have in common, then each process: the order in which the reference finds what is wrong.
 *
 * @param numprocs in place of that of the section
 */
function readSection(
  context: ReadContext,
  section: string,
  membership: Membership,
  numprocs: number | null = null,
): ProgramConfig {
  const name = checkedLabel(section);
  const reader = sectionReader(context, section, PROGRAM_OPTIONS);
  const scope = extendScope(
    context.scope,
    new Map([
      ['program_name', name],
      ['group_name', membership.group],
    ]),
  );
  const values = reader.values(SECTION_ROWS, () => scope);
  const { count, first } = numbersOf(values, numprocs);
  const shared = withValues(blankConfig(PROGRAM_OPTIONS), values);
  checkShared(shared, count);
  const processes: ProcessConfig[] = [];
  const own = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const numbered = extendScope(
      scope,
      new Map<string, FormatValue>([
        ['process_num', processNumber(first, index)],
        ['numprocs', count],
      ]),
    );
    const read = readProcess(context, section, reader, shared, numbered, own);
    processes.push(read.name === name ? read : { ...read, program: name });
  }
  const { group, isMember, readSocket } = membership;
  const socket = readSocket?.() ?? null;
  return {
    section,
    name,
    group,
    isMember,
    ...(socket && { socket }),
    count,
    firstNumber: first,
    limits: limitsOf(values),
    expand: hasNumber(shared) ? expansionOf(context, section, { group, isMember, socket }) : null,
    texts: count > 1 || (count === 1 && hasNumber(shared)) ? textsOf(context, section, scope, own) : null,
    processes: (socket === null ? processes : processes.map((process) => ({ ...process, socket }))).sort(
      (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    ),
  };
}

/** Names whose values are known when there is a process. */
const NUMBER_NAMES = ['process_num', 'numprocs'];

/** @param own names of the program's own variables, which may depend on the number */
function textsOf(
  { source }: ReadContext,
  section: string,
  scope: Scope,
  own: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  const numbers = new Set(NUMBER_NAMES);
  const kept = new Set([...NUMBER_NAMES, ...own]);
  for (const walked of [ENVIRONMENT_ROW, ...PROCESS_ROWS, NAME_ROW]) {
    const { key, row } = walked;
    const isIgnored = row.isExtension && !source.hasExtensions;
    const raw = (isIgnored ? null : source.get(section, key)) ?? (walked === NAME_ROW ? row.default : null);
    if (raw !== null) {
      texts[key] = expandPartially(raw, {
        kept: walked === ENVIRONMENT_ROW ? numbers : kept,
        scope,
        labels: walked === NAME_ROW ? [key] : row.expansion.map(() => `${section}.${key}`),
      });
    }
  }
  return texts;
}

interface Numbers {
  readonly count: number;
  readonly first: number | bigint;
}

function numbersOf(values: Values, numprocs: number | null): Numbers {
  return {
    count: numprocs ?? (values.get(rowOf(PROGRAM_OPTIONS, 'numprocs')) as number),
    first: values.get(rowOf(PROGRAM_OPTIONS, 'numprocs_start')) as number | bigint,
  };
}

function limitsOf(values: Values): ScaleLimits {
  return {
    least: values.get(rowOf(PROGRAM_OPTIONS, 'numprocs_min')) as number,
    most: values.get(rowOf(PROGRAM_OPTIONS, 'numprocs_max')) as number | null,
  };
}

/** Reads the section again, from the texts that are kept for that. */
function expansionOf(
  context: ReadContext,
  section: string,
  { group, isMember, socket }: Pick<Membership, 'group' | 'isMember'> & { socket: FcgiSocketConfig | null },
): ScalableProgram['expand'] {
  const { file, source, host, scope, environment, daemonValue } = context;
  const own = source.only(section);
  const membership = { group, isMember, readSocket: () => socket };
  return (count) => {
    const reading = { file, source: own, host, scope, environment, warnings: [], programs: [] };
    const again = { ...reading, ...(daemonValue && { daemonValue }) };
    return readSection(again, section, membership, count).processes;
  };
}

/** The `process_num` of the process that is `index` behind the first one. */
export function processNumber(first: number | bigint, index: number): number | bigint {
  const sum = BigInt(first) + BigInt(index);
  return sum >= Number.MIN_SAFE_INTEGER && sum <= Number.MAX_SAFE_INTEGER ? Number(sum) : sum;
}

/** @param shared with `process_name` as it is written */
function hasNumber({ name }: ProcessConfig): boolean {
  return name.includes('%(process_num)');
}

function checkShared(shared: ProcessConfig, count: number): void {
  const { stopAsGroup, killAsGroup } = shared;
  if (count > 1 && !hasNumber(shared)) {
    throw new ConfigError('%(process_num) must be present within process_name when numprocs > 1');
  }
  if (stopAsGroup && !killAsGroup) {
    throw new ConfigError('Cannot set stopasgroup=true and killasgroup=false');
  }
}

function readProcess(
  { environment, warnings }: ReadContext,
  section: string,
  reader: SectionReader<typeof PROGRAM_OPTIONS>,
  shared: ProcessConfig,
  scope: Scope,
  ownNames: Set<string>,
): ProcessConfig {
  const own = reader.value('environment', scope);
  const names = environmentNames(own);
  for (const name of names.keys()) {
    ownNames.add(name);
  }
  const ownScope = extendScope(scope, names);
  const values = reader.values(PROCESS_ROWS, () => ownScope);
  values.set(ENVIRONMENT_ROW, { ...environment, ...own });
  values.set(NAME_ROW, expand(shared.name, ownScope, 'process_name'));
  const process = withValues(shared, values);
  const stdout = effectiveChannel(process.stdout, section, 'stdout', warnings);
  const separate = effectiveChannel(process.stderr, section, 'stderr', warnings);
  const stderr = process.redirectStderr ? redirected(separate, section, warnings) : separate;
  const read =
    stdout === process.stdout && stderr === process.stderr ? process : { ...process, stdout, stderr };
  return process.environmentFiles.length === 0 ? read : { ...read, ownVariables: Object.keys(own) };
}

function effectiveChannel(
  channel: ChannelConfig,
  section: string,
  name: 'stdout' | 'stderr',
  warnings: string[],
): ChannelConfig {
  const key = `${name}_logfile`;
  if (channel.logfile.kind === 'syslog') {
    warnings.push(
      `For [${section}], ${key}=syslog but this is deprecated and will be removed.  Use ${name}_syslog=true to enable syslog instead.`,
    );
    return { ...channel, logfile: NO_LOG, syslog: true };
  }
  if (channel.logfile.kind === 'list' && channel.logfile.targets.some(({ kind }) => kind === 'syslog')) {
    return { ...channel, syslog: true };
  }
  if (channel.logfile.kind === 'auto' && channel.maxBytes === 0) {
    warnings.push(
      `For [${section}], AUTO logging used for ${key} without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally`,
    );
  }
  return channel;
}

function redirected(stderr: ChannelConfig, section: string, warnings: string[]): ChannelConfig {
  if (stderr.logfile.kind === 'file' || stderr.logfile.kind === 'list') {
    warnings.push(
      `For [${section}], redirect_stderr=true but stderr_logfile has also been set to a filename, the filename has been ignored`,
    );
  }
  return { ...stderr, logfile: NO_LOG };
}

const NO_LOG = { kind: 'none' } as const;
