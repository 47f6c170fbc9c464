/**
 * The values of `liveness_check_script=`, `readiness_check_script=` and the actions of a check.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import { checkCommand } from './command-value.ts';
import type { ValueType } from './option.ts';

/** What a check asks: an HTTP server, a TCP port, or the exit status of a command. */
export type ProbeTarget =
  | { readonly kind: 'http'; readonly url: string }
  /** An HTTP server on a unix socket. */
  | { readonly kind: 'http-unix'; readonly socketPath: string; readonly uri: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'command'; readonly command: string };

/** How a process becomes ready: a probe passes, or the process reports it. */
export type ReadinessTarget =
  | ProbeTarget
  /** A line of its stdout or stderr matches. */
  | { readonly kind: 'log'; readonly pattern: string }
  /** It sends READY=1 to NOTIFY_SOCKET, as sd_notify(3) does. */
  | { readonly kind: 'notify' }
  /** It writes a newline to this descriptor, as services of s6 and dinit do. */
  | { readonly kind: 'descriptor'; readonly descriptor: number };

/** What follows when a process becomes unhealthy. */
export type FailureAction =
  | { readonly kind: 'restart' | 'stop' | 'none' }
  | { readonly kind: 'command'; readonly command: string };

const UNIX_HTTP = 'http+unix://';
const TCP = 'tcp://';
const LOG = 'log:';
const DESCRIPTOR = 'fd:';

/** 0, 1 and 2 are the channels; a program may have 1024 descriptors by default. */
const FIRST_DESCRIPTOR = 3;
const LAST_DESCRIPTOR = 1023;
const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;

/** An address to connect to, or a command. */
export const probeTarget: ValueType<ProbeTarget> = {
  name: 'check',
  parse: parseProbe,
  format: formatProbe,
};

/** As `probeTarget`, `log:REGEX`, `fd:N` or `notify`. */
export const readinessTarget: ValueType<ReadinessTarget> = {
  name: 'readiness check',
  parse: (value) => {
    if (value.startsWith(LOG)) return parseLog(value);
    if (strip(value).startsWith(DESCRIPTOR)) return parseDescriptor(strip(value));
    return strip(value) === 'notify' ? { kind: 'notify' } : parseProbe(value);
  },
  format: (value) => {
    if (value.kind === 'notify') return value.kind;
    if (value.kind === 'descriptor') return `${DESCRIPTOR}${value.descriptor}`;
    return value.kind === 'log' ? `${LOG}${value.pattern}` : formatProbe(value);
  },
  needsRestart: (active, next) => isPassedOn(active) || isPassedOn(next),
};

/** The process is started with what it reports to. */
function isPassedOn(target: ReadinessTarget | null): boolean {
  return target?.kind === 'notify' || target?.kind === 'descriptor';
}

/** `restart`, `stop`, `none`, or a command. */
export const failureAction: ValueType<FailureAction> = {
  name: 'restart, stop, none or command',
  parse: (value) => {
    const word = strip(value).toLowerCase();
    if (word === 'restart' || word === 'stop' || word === 'none') return { kind: word };
    if (word === '') throw new ConfigError('an action has to be restart, stop, none or a command');
    checkCommand(strip(value));
    return { kind: 'command', command: strip(value) };
  },
  format: (value) => (value.kind === 'command' ? value.command : value.kind),
};

/** @throws ConfigError */
export function parseProbe(value: string): ProbeTarget {
  const text = strip(value);
  if (text === '') throw new ConfigError('a check has to be http://, http+unix://, tcp:// or a command');
  if (text.startsWith(UNIX_HTTP)) return parseUnixHttp(text);
  if (text.startsWith(TCP)) return parseTcp(text);
  if (text.startsWith('http://')) return { kind: 'http', url: checkedUrl(text) };
  const [, scheme] = SCHEME.exec(text) ?? [];
  if (scheme !== undefined) {
    throw new ConfigError(
      `a check cannot use ${scheme}://, only http://, http+unix:// and tcp://, or a command`,
    );
  }
  checkCommand(text);
  return { kind: 'command', command: text };
}

function checkedUrl(text: string): string {
  if (!URL.canParse(text)) throw new ConfigError(`not a valid URL: ${pythonRepr(text)}`);
  return text;
}

function parseUnixHttp(text: string): ProbeTarget {
  const [socketPath = '', uri = '/'] = text.slice(UNIX_HTTP.length).split(/:(.*)/s);
  if (!socketPath.startsWith('/') || !uri.startsWith('/')) {
    throw new ConfigError(`not of the form http+unix:///path/of.sock:/uri: ${pythonRepr(text)}`);
  }
  return { kind: 'http-unix', socketPath, uri };
}

function parseTcp(text: string): ProbeTarget {
  const [, bracketed, plain, digits = ''] =
    /^(?:\[([^\]]+)\]|([^:/[\]]+)):(\d{1,5})$/.exec(text.slice(TCP.length)) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new ConfigError(`not of the form tcp://host:port: ${pythonRepr(text)}`);
  }
  return { kind: 'tcp', host, port };
}

function parseLog(value: string): ReadinessTarget {
  const pattern = value.slice(LOG.length);
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    throw new ConfigError(`not a valid regular expression: ${(error as Error).message}`);
  }
  return { kind: 'log', pattern };
}

function parseDescriptor(text: string): ReadinessTarget {
  const digits = text.slice(DESCRIPTOR.length);
  const descriptor = /^\d{1,4}$/.test(digits) ? Number(digits) : 0;
  if (descriptor < FIRST_DESCRIPTOR || descriptor > LAST_DESCRIPTOR) {
    throw new ConfigError(
      `not of the form fd:N with N from ${FIRST_DESCRIPTOR} to ${LAST_DESCRIPTOR}: ${pythonRepr(text)}`,
    );
  }
  return { kind: 'descriptor', descriptor };
}

function formatProbe(target: ProbeTarget): string {
  switch (target.kind) {
    case 'http':
      return target.url;
    case 'http-unix':
      return `${UNIX_HTTP}${target.socketPath}:${target.uri}`;
    case 'tcp':
      return `${TCP}${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
    case 'command':
      return target.command;
  }
}
