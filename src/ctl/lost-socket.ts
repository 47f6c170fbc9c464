/**
 * The advice for a socket that was removed while its daemon runs.
 *
 * @module
 */
import { dirname } from 'node:path';
import { existsSync, readFileSync, statSync } from '../io/files.ts';

const UNIX_PREFIX = 'unix://';

/** More than a pid and what may stand around it. */
const MOST_BYTES = 64;

/** One sentence; null where no daemon is found. @param pidfile of the configuration, or null */
export function adviceOnLostSocket(serverUrl: string, pidfile: string | null): string | null {
  const pid = pidfile === null ? null : pidIn(pidfile);
  if (pid === null || !serverUrl.startsWith(UNIX_PREFIX) || !isDaemon(pid)) {
    return null;
  }
  const folder = dirname(serverUrl.slice(UNIX_PREFIX.length));
  return existsSync(folder)
    ? `supervisord runs (pid ${pid}), but its socket was removed: it comes back within a minute, and where it does not, ` +
        `kill -HUP ${pid} restarts supervisord with its programs.`
    : `supervisord runs (pid ${pid}), but the folder of its socket was removed: make ${folder} again, and the socket ` +
        'comes back.';
}

function pidIn(file: string): number | null {
  try {
    const stats = statSync(file);
    const text = stats.isFile() && stats.size <= MOST_BYTES ? readFileSync(file, 'latin1').trim() : '';
    return /^\d+$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
}

/** Another process may have the pid of a daemon that was killed. */
function isDaemon(pid: number): boolean {
  try {
    return /supervisord|visord/.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
  } catch {
    return false;
  }
}
