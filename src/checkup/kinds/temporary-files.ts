/**
 * Sockets and pidfiles in folders that are cleaned.
 *
 * @module
 */
import { basename } from 'node:path';
import type { FindingKind, Found } from '../finding.ts';
import { programsOf, type Subject } from '../subject.ts';

export const TEMPORARY_FILES: FindingKind = {
  id: 'socket-in-tmp',
  severity: 'warning',
  looksFor: 'A socket or a pidfile in /tmp or /var/tmp: cleaners remove it, and any user may take its name.',
  docs: 'staying-alive.md',
  find: inTemporaryFolders,
};

function* inTemporaryFolders(subject: Subject): Iterable<Found> {
  const { config } = subject;
  for (const server of config?.servers ?? []) {
    if (server.kind === 'unix') {
      yield* found(server.section, 'file', 'file', server.file);
    }
  }
  if (config !== null && subject.source.get('supervisord', 'pidfile') !== null) {
    yield* found('supervisord', 'pidfile', 'pidfile', config.daemon.pidfile);
  }
  for (const { section, socket } of programsOf(subject)) {
    if (socket?.kind === 'unix') {
      yield* found(section, 'socket', 'socket', socket.path, 'unix://');
    }
  }
}

function* found(section: string, key: string, name: string, path: string, scheme = ''): Iterable<Found> {
  if (/^\/(?:var\/)?tmp\//.test(path)) {
    yield {
      section,
      key,
      message: `${path} can be removed by a cleaner of temporary files, and its name taken by another user.`,
      advice: [`${name}=${scheme}/run/${basename(path)}`],
    };
  }
}
