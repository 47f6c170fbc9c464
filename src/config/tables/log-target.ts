/**
 * Where logs are written: files, syslog here and on other machines, and several of them.
 *
 * @module
 */
import { ConfigError } from '../config-error.ts';
import type { Host } from '../host.ts';
import { pathInExistingFolder } from '../text/paths.ts';
import { isEqual } from './equality.ts';
import type { ValueType } from './option.ts';
import { formatSyslogAddress, parseSyslogAddress, type SyslogAddress } from './syslog-values.ts';

/** Where the output of a channel, or the main log, is written. */
export type LogTarget =
  | { readonly kind: 'none' }
  /** A fresh file in childlogdir, made when the group is added. */
  | { readonly kind: 'auto' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'syslog' }
  /** Several of them, or a syslog of another machine; the reference takes the text for the name of a file. */
  | { readonly kind: 'list'; readonly targets: readonly ListedTarget[] };

/** One of several. */
export type ListedTarget =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'syslog' }
  | ({ readonly kind: 'remote' } & SyslogAddress);

/** NONE or off, AUTO, syslog, a path in a folder that exists, or a list of files and syslogs. */
export const logFile: ValueType<LogTarget> = {
  name: 'log file',
  about:
    'A path in an existing folder; `NONE` or `off`; `AUTO`, a file that the daemon names; `syslog`; `syslog @udp:host:514` or `syslog @tcp:host:514`; or several paths and syslogs with commas between.',
  parse: (value, host, place) => {
    const word = value.toLowerCase();
    if (word === '' || word === 'none' || word === 'off') return { kind: 'none' };
    if (word === 'auto' || word === 'syslog') return { kind: word };
    const targets = place?.hasExtensions === false ? null : listedTargets(value, host);
    return targets === null
      ? { kind: 'file', path: pathInExistingFolder(value, host) }
      : { kind: 'list', targets };
  },
  format: (value) => {
    switch (value.kind) {
      case 'file':
        return value.path;
      case 'list':
        return value.targets.map(formatListed).join(',');
      default:
        return { none: 'NONE', auto: 'AUTO', syslog: 'syslog' }[value.kind];
    }
  },
  // An active AUTO log has a path already, and keeps it.
  isSame: (active, next) => next.kind === 'auto' || isEqual(active, next),
};

/** The files that a log is written to, the one that is read first. */
export function filesOf(target: LogTarget): readonly string[] {
  if (target.kind === 'file') return [target.path];
  if (target.kind !== 'list') return NO_FILES;
  return target.targets.flatMap((one) => (one.kind === 'file' ? [one.path] : []));
}

const NO_FILES: readonly string[] = [];

/**
 * Null for a text that is one path. Commas may be part of a path: each part behind one has to be an absolute path or a
 * syslog.
 */
function listedTargets(value: string, host: Host): readonly ListedTarget[] | null {
  const parts = value.split(',').map((part) => part.trim());
  const syslogs = parts.map(syslogOf);
  const isList = parts.every((part, index) => index === 0 || syslogs[index] || part.startsWith('/'));
  if (!isList || (parts.length === 1 && !syslogs[0])) return null;
  return parts.map(
    (part, index) => syslogs[index] ?? { kind: 'file', path: pathInExistingFolder(part, host) },
  );
}

function syslogOf(part: string): ListedTarget | null {
  const [, address] = /^syslog(?:\s*(@.*))?$/i.exec(part) ?? [];
  if (address === undefined) return part.toLowerCase() === 'syslog' ? { kind: 'syslog' } : null;
  const found = parseSyslogAddress(address);
  if (found === null) {
    throw new ConfigError(`not the address of a syslog: ${address} (as @udp:host:514 or @tcp:host:514)`);
  }
  return { kind: 'remote', ...found };
}

function formatListed(target: ListedTarget): string {
  if (target.kind === 'file') return target.path;
  return target.kind === 'syslog' ? 'syslog' : `syslog ${formatSyslogAddress(target)}`;
}
