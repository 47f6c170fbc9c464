/**
 * The table of the kinds of findings.
 *
 * @module
 */
import { SECTION_KINDS } from '../../config/tables/sections.ts';
import type { FindingKind } from '../finding.ts';
import { ADDRESSES } from './addresses.ts';
import { CGROUPS } from './cgroups.ts';
import { CONTROL } from './control.ts';
import { CRON_PROGRAMS } from './cron-programs.ts';
import { DEPENDENT_STARTUP } from './dependent-startup.ts';
import { USED_DIFFERENCES } from './differences.ts';
import { DUPLICATES } from './duplicates.ts';
import { ENVIRONMENT_LISTS } from './environment-lists.ts';
import { EXIT_LISTENERS } from './exit-listeners.ts';
import { EXTENSION_KEYS } from './extension-keys.ts';
import { LOG_TARGETS } from './log-targets.ts';
import { MISSING_FILES } from './missing-files.ts';
import { MISSPELT } from './misspelt.ts';
import { PYTHON_PACKAGES } from './python-packages.ts';
import { READER_WARNINGS } from './reader-warnings.ts';
import { READING_ERRORS } from './reading-errors.ts';
import { REMEMBERED } from './remembered.ts';
import { START_FIRST } from './start-first.ts';
import { SUPERLANCE } from './superlance.ts';
import { TEMPORARY_FILES } from './temporary-files.ts';
import { WAIT_WRAPPERS } from './wait-wrappers.ts';

const ALL: readonly FindingKind[] = [
  ...READING_ERRORS,
  ...PYTHON_PACKAGES,
  ...MISSPELT,
  ...DUPLICATES,
  ...MISSING_FILES,
  ...ADDRESSES,
  ...CONTROL,
  TEMPORARY_FILES,
  CGROUPS,
  ENVIRONMENT_LISTS,
  READER_WARNINGS,
  EXIT_LISTENERS,
  ...DEPENDENT_STARTUP,
  WAIT_WRAPPERS,
  CRON_PROGRAMS,
  START_FIRST,
  LOG_TARGETS,
  ...REMEMBERED,
  ...SUPERLANCE,
  EXTENSION_KEYS,
  USED_DIFFERENCES,
];

/** Every kind whose advice can be followed in this version. */
export const FINDING_KINDS: readonly FindingKind[] = ALL.filter(({ advises = [] }) => advises.every(isKey));

/** @param name as `program.exit_on` */
function isKey(name: string): boolean {
  const [section, key = ''] = name.split('.');
  const kind = SECTION_KINDS.find((one) => one.name === section);
  return kind !== undefined && Object.hasOwn(kind.table, key);
}
