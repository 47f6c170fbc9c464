/**
 * Where the commands look for a configuration when the command line names none.
 *
 * @module
 */
import { posix } from 'node:path';
import { withoutEnd } from '../../python/text.ts';

/**
 * The places in their order: around the executable, in the working folder, in /etc.
 *
 * @param program the command as it was called
 */
export function configurationPlaces(program: string): string[] {
  const home = parentOf(parentOf(program));
  return [
    posix.join(home, 'etc/supervisord.conf'),
    posix.join(home, 'supervisord.conf'),
    'supervisord.conf',
    'etc/supervisord.conf',
    '/etc/supervisord.conf',
    '/etc/supervisor/supervisord.conf',
  ];
}

/** As Python's `dirname`: a name without a slash has none. */
function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : withoutEnd(path.slice(0, slash), '/') || '/';
}
