/**
 * The part of `[fleet]` that a daemon reads: the engine, and this node.
 *
 * @module
 */
import { hostname } from 'node:os';
import { readingAt } from '../config-error.ts';
import { FLEET_SECTION_OPTIONS } from '../tables/engine-options.ts';
import { blankConfig, rowsOf, withValues } from '../tables/record.ts';
import { type Reading, sectionReader } from '../tables/section-reader.ts';
import type { Scope } from '../text/expansion.ts';
import { ConfigError, type FleetConfig, type GroupConfig } from '../types.ts';

/** The others are for clients. */
const KEYS = /^(?:name|timeout|engine.*|node|advertise|lease_seconds)$/;
const ROWS = rowsOf(FLEET_SECTION_OPTIONS).filter(({ key }) => KEYS.test(key));

/**
 * Reads `[fleet]`, and checks programs with `run_on` against it.
 *
 * @throws ConfigError where such a program has no engine, or a lease that is too short for it
 */
export function readFleet(
  reading: Reading,
  scope: Scope,
  groups: readonly GroupConfig[],
): FleetConfig | null {
  const { source } = reading;
  const hasEngine = source.sections.has('fleet') && source.get('fleet', 'engine') !== null;
  const fleet = hasEngine ? readSection(reading, scope) : null;
  for (const { processes } of groups) {
    for (const process of processes) {
      if (process.placement.count > 0) checkProcess(process, fleet);
    }
  }
  return fleet;
}

function readSection(reading: Reading, scope: Scope): FleetConfig | null {
  const reader = sectionReader(reading, 'fleet', FLEET_SECTION_OPTIONS);
  const read = withValues(
    blankConfig(FLEET_SECTION_OPTIONS),
    reader.values(ROWS, () => scope),
  );
  const { name, engine, engineUsername, enginePasswordFile, engineCertFile, engineKeyFile } = read;
  if (engine === null) return null;
  if ((engineUsername === null) !== (enginePasswordFile === null)) {
    refuse('engine_username', 'engine_username and engine_password_file belong together');
  }
  if ((engineCertFile === null) !== (engineKeyFile === null)) {
    refuse('engine_certfile', 'engine_certfile and engine_keyfile belong together');
  }
  return { ...read, name, engine, node: read.node ?? hostname() };
}

function checkProcess(
  { name, program = name, stopWaitSeconds }: GroupConfig['processes'][number],
  fleet: FleetConfig | null,
): void {
  const section = `program:${program}`;
  if (fleet === null) {
    refuse('run_on', `[${section}] has run_on, and [fleet] has no engine`, section);
    return;
  }
  const { leaseSeconds } = fleet;
  if (3 * stopWaitSeconds > 2 * leaseSeconds) {
    const least = Math.ceil((3 * stopWaitSeconds) / 2);
    refuse(
      'stopwaitsecs',
      `[${section}] has run_on and stopwaitsecs=${stopWaitSeconds}: lease_seconds=${leaseSeconds} of [fleet] has to be at least ${least}`,
      section,
    );
  }
}

function refuse(key: string, message: string, section = 'fleet'): void {
  readingAt(section, key, () => {
    throw new ConfigError(message);
  });
}
