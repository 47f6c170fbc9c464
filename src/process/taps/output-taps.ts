/**
 * Which stages the output of a channel passes through: none for a channel that only goes to its log.
 *
 * @module
 */
import type { ListedTarget } from '../../config/tables/log-target.ts';
import type { ChannelConfig, ProcessConfig } from '../../config/types.ts';
import type { Formatted } from '../../logs/line-format.ts';
import type { MainLog } from '../../logs/main-log.ts';
import { localDestination, type MessageSource, remoteDestination } from '../../logs/syslog/destinations.ts';
import { syslog } from '../../logs/syslog/syslog.ts';
import { AnsiStripper } from './ansi.ts';
import { Capture } from './capture.ts';
import { DebugCopy } from './debug-copy.ts';
import { LineFormatter } from './line-formatter.ts';
import { ListenerTap, type OutputListener, type OutputListeners } from './output-listeners.ts';
import type { OutputName, OutputTap } from './output-tap.ts';
import { SyslogCopy } from './syslog-copy.ts';

export interface OutputTapsOptions {
  readonly channel: OutputName;
  readonly processName: string;
  readonly groupName: string;
  /** Of the process; 0 before it runs and after its end. */
  readonly pid: () => number;
  readonly config: Pick<ChannelConfig, 'captureMaxBytes' | 'syslog' | 'format' | 'logfile'>;
  /** The keys of the process that have to do with syslog. */
  readonly syslog: ProcessConfig['syslog'];
  readonly listeners: OutputListeners;
  /** `strip_ansi` of the daemon. */
  readonly stripAnsi: boolean;
  /** Gets a copy of the output at loglevel debug. */
  readonly log: MainLog;
}

/** The stages in the order in which the bytes pass them. */
export function outputTaps(options: OutputTapsOptions): OutputTap[] {
  const { lineMatch = null } = options.listeners;
  const taps = lineMatch === null ? loggingTaps(options) : [lineMatch, ...loggingTaps(options)];
  const { format } = options.config;
  return format === 'raw' ? taps : [...taps, lineFormatter(format, options)];
}

function lineFormatter(format: Formatted, options: OutputTapsOptions): OutputTap {
  const { groupName: group, processName, channel, pid } = options;
  return new LineFormatter({ format, source: { group, process: processName, channel }, pid });
}

function loggingTaps(options: OutputTapsOptions): OutputTap[] {
  const { config, listeners } = options;
  if (listeners.protocol !== null) {
    return protocolTaps(options, listeners.protocol);
  }
  const inner = innerTaps(options);
  const taps: OutputTap[] =
    config.captureMaxBytes > 0
      ? [new Capture({ maxBytes: config.captureMaxBytes, inner, onCaptured: listeners.captured })]
      : inner;
  const copies = syslogCopies(options);
  return copies.length === 0 ? taps : [...taps, ...copies];
}

function syslogCopies({ config, processName, channel, pid, syslog: keys }: OutputTapsOptions): SyslogCopy[] {
  const { logfile } = config;
  if (!config.syslog && logfile.kind !== 'list') return [];
  const source: MessageSource = {
    process: processName,
    channel,
    pid,
    facility: keys.facility,
    tag: keys.tag,
    priority: channel === 'stdout' ? keys.stdoutPriority : keys.stderrPriority,
  };
  const remote = logfile.kind === 'list' ? logfile.targets.filter(isRemote) : [];
  return [
    ...(config.syslog ? [localDestination(syslog, source)] : []),
    ...remote.map((address) => remoteDestination(address, source)),
  ].map((destination) => new SyslogCopy(destination));
}

function isRemote(target: ListedTarget): target is Extract<ListedTarget, { kind: 'remote' }> {
  return target.kind === 'remote';
}

/** The protocol of an event listener is read as it was written; only its log is stripped of escapes. */
function protocolTaps(
  { channel, processName, stripAnsi, log }: OutputTapsOptions,
  protocol: OutputListener,
): OutputTap[] {
  const taps: OutputTap[] = log.isEnabled('debug') ? [new DebugCopy(log, processName, channel, true)] : [];
  taps.push(new ListenerTap(protocol));
  return stripAnsi ? [...taps, new AnsiStripper()] : taps;
}

/** What logged and captured bytes pass through alike. */
function innerTaps({ channel, processName, listeners, stripAnsi, log }: OutputTapsOptions): OutputTap[] {
  const taps: OutputTap[] = [];
  if (stripAnsi) {
    taps.push(new AnsiStripper());
  }
  if (log.isEnabled('debug')) {
    taps.push(new DebugCopy(log, processName, channel));
  }
  if (listeners.logged !== null) {
    taps.push(new ListenerTap(listeners.logged));
  }
  return taps;
}
