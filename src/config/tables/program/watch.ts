/**
 * The keys of a program that restart it when files change.
 *
 * @module
 */
import { extension } from '../option.ts';
import { boolean, seconds, signal } from '../values.ts';
import { filePatterns, watchedFolder } from '../watch-values.ts';

const ROW = { since: '0.2.0', scope: 'section', change: 'live' } as const;

export const WATCH_OPTIONS = {
  restart_when_binary_changed: extension({
    ...ROW,
    field: 'watch.binary',
    type: boolean,
    default: 'false',
    help: 'Restart the program when the file that its command executes is replaced or written.',
    example: 'true',
  }),
  restart_directory_monitor: extension({
    ...ROW,
    field: 'watch.folder',
    type: watchedFolder,
    help: 'Restart the program when files in this folder, or in a folder below it, change.',
    example: '/srv/app',
  }),
  restart_file_pattern: extension({
    ...ROW,
    field: 'watch.patterns',
    type: filePatterns,
    default: '*',
    help: 'With restart_directory_monitor: names of the files that count.',
    example: '*.py,*.html',
  }),
  restart_watch_pause: extension({
    ...ROW,
    field: 'watch.pauseSeconds',
    type: seconds,
    default: '1',
    help: 'Seconds without a change of the files before the restart, so that many changes make one restart.',
    example: '5',
  }),
  restart_signal_when_binary_changed: extension({
    ...ROW,
    field: 'watch.binarySignal',
    type: signal,
    help: 'With restart_when_binary_changed: signal that is sent in place of a restart.',
    example: 'USR2',
  }),
  restart_signal_when_file_changed: extension({
    ...ROW,
    field: 'watch.fileSignal',
    type: signal,
    help: 'With restart_directory_monitor: signal that is sent in place of a restart.',
    example: 'HUP',
  }),
} as const;
