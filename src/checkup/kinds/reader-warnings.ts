/**
 * What the daemon would log as a warning when it reads the file.
 *
 * @module
 */
import type { FindingKind, Found } from '../finding.ts';
import type { Subject } from '../subject.ts';

export const READER_WARNINGS: FindingKind = {
  id: 'logged-warning',
  severity: 'warning',
  looksFor:
    'What the daemon logs as a warning at its start: an include without a file, an AUTO log without rotation.',
  docs: 'reference/configuration.md',
  find: warnings,
};

function* warnings({ config }: Subject): Iterable<Found> {
  for (const message of new Set(config?.messages.warn ?? [])) {
    const section = /(?:^For|^password_file .* of) \[([^\]]+)\]/.exec(message)?.[1];
    const key = /, (?:AUTO logging used for )?(\w+_logfile|redirect_stderr)\b|^(password_file) /
      .exec(message)
      ?.find((part, index) => index > 0 && part !== undefined);
    yield section === undefined
      ? { section: 'include', key: 'files', message }
      : { section, key: key ?? null, message };
  }
}
