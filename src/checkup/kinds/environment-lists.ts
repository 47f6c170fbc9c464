/**
 * `environment=` lists that releases of supervisord read differently.
 *
 * @module
 */
import { dependsOnQuoting, parseEnvironment, type Quoting } from '../../config/text/environment-list.ts';
import { ConfigError } from '../../config/types.ts';
import type { FindingKind, Found } from '../finding.ts';
import { knownSections, type Subject } from '../subject.ts';

const KEY = 'environment';
const QUOTING_KEY = 'environment_quoting';

export const ENVIRONMENT_LISTS: FindingKind = {
  id: 'environment-quoting',
  severity: 'warning',
  looksFor:
    'A list in `environment` that reads differently with stock quoting (supervisord up to 4.3) and with POSIX quoting (later).',
  docs: 'reference/configuration.md',
  advises: ['supervisord.environment_quoting'],
  find: ambiguousLists,
};

function* ambiguousLists(subject: Subject): Iterable<Found> {
  if (subject.source.get('supervisord', QUOTING_KEY) !== null) {
    return;
  }
  for (const { section, table, texts } of knownSections(subject)) {
    const text = Object.hasOwn(table, KEY) ? texts.get(KEY) : undefined;
    if (text !== undefined && dependsOnQuoting(text)) {
      const needsPosix = read(text, 'stock') === null;
      yield {
        section,
        key: KEY,
        message: describe(text),
        advice: needsPosix ? ['[supervisord]', `${QUOTING_KEY}=posix`] : [],
      };
    }
  }
}

function describe(text: string): string {
  const stock = read(text, 'stock');
  const posix = read(text, 'posix');
  if (stock === null || posix === null) {
    const [reader, refuser] = stock === null ? ['POSIX', 'stock'] : ['stock', 'POSIX'];
    return `The list can be read with ${reader} quoting only; with ${refuser} quoting it is an error.`;
  }
  const names = [...new Set([...Object.keys(stock), ...Object.keys(posix)])].filter(
    (name) => stock[name] !== posix[name],
  );
  const shown = (value: string | undefined): string =>
    value === undefined ? 'not set' : JSON.stringify(value);
  return names
    .map(
      (name) =>
        `${name} is ${shown(stock[name])} with stock quoting (used here), ${shown(posix[name])} with POSIX quoting.`,
    )
    .join(' ');
}

function read(text: string, quoting: Quoting): Record<string, string> | null {
  try {
    return parseEnvironment(text, quoting);
  } catch (error) {
    if (error instanceof ConfigError) {
      return null;
    }
    throw error;
  }
}
