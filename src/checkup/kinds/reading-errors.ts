/**
 * What the daemon refuses: each of its own errors, sorted by what is wrong.
 *
 * @module
 */
import type { FindingKind, Found } from '../finding.ts';
import type { ReadError, Subject } from '../subject.ts';
import { SERVED_PACKAGES } from './python-packages.ts';

const DOCS = 'reference/configuration.md';

type ErrorClass = 'unreadable-file' | 'unknown-user' | 'missing-folder' | 'python-module' | 'wrong-value';

function classOf({ section, message }: ReadError): ErrorClass {
  if (section === null) return 'unreadable-file';
  if (/^Invalid (?:user|group|sockchown|socket_owner)\b/.test(message)) return 'unknown-user';
  if (/is not an existing directory|^The directory named as part of the path/.test(message)) {
    return 'missing-folder';
  }
  return /Python modules cannot be loaded/.test(message) ? 'python-module' : 'wrong-value';
}

function errorsOf(wanted: ErrorClass, adviceOf?: (error: ReadError) => readonly string[]) {
  return ({ errors }: Subject): Found[] =>
    errors
      .filter((error) => classOf(error) === wanted)
      .map((error) => ({ ...error, ...(adviceOf && { advice: adviceOf(error) }) }));
}

export const READING_ERRORS: readonly FindingKind[] = [
  {
    id: 'unreadable-file',
    severity: 'error',
    looksFor: 'A file that cannot be read, and what makes a file as a whole unusable.',
    docs: DOCS,
    find: errorsOf('unreadable-file'),
  },
  {
    id: 'wrong-value',
    severity: 'error',
    looksFor:
      'A value that the daemon refuses, a required key that is missing, an unknown name in `%(name)s`.',
    docs: DOCS,
    find: errorsOf('wrong-value'),
  },
  {
    id: 'unknown-user',
    severity: 'error',
    looksFor: 'A user or a group that this machine does not have.',
    docs: DOCS,
    find: errorsOf('unknown-user'),
  },
  {
    id: 'missing-folder',
    severity: 'error',
    looksFor: 'A folder of a log, of `childlogdir` or of the daemon that does not exist.',
    docs: DOCS,
    find: errorsOf('missing-folder'),
  },
  {
    id: 'python-module',
    severity: 'error',
    looksFor: 'A factory of `[rpcinterface:x]` or a `result_handler` that is a Python module.',
    docs: 'plugins.md',
    find: errorsOf('python-module', () => [
      '; leave the section out, or name a JavaScript module: ./module.js:name',
      `; built in: ${SERVED_PACKAGES.join(', ')}`,
    ]),
  },
];
