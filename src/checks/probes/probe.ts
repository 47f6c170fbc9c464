/**
 * One probe of one process, by the kind of its target.
 *
 * @module
 */
import type { ProbeTarget } from '../../config/tables/check-values.ts';
import type { HostedProcess } from '../../process/host.ts';
import { failureOf, runSideCommand, type SideCommandHost } from '../../process/spawn/side-command.ts';
import type { Probe } from '../periodic-check.ts';
import { probeHttp } from './http-probe.ts';
import { probeTcp } from './tcp-probe.ts';

export interface ProbeOptions {
  readonly host: SideCommandHost;
  readonly process: HostedProcess;
  readonly target: ProbeTarget;
  /** What a command gets as SUPERVISOR_CHECK. */
  readonly check: 'readiness' | 'liveness';
  readonly timeoutMs: number;
}

/** The probe of a target, to be started any number of times. */
export function probeOf(options: ProbeOptions): Probe {
  const { target, timeoutMs } = options;
  switch (target.kind) {
    case 'http':
      return (onEnd) => probeHttp({ url: target.url, socketPath: null }, timeoutMs, onEnd);
    case 'http-unix': {
      const { socketPath, uri } = target;
      return (onEnd) => probeHttp({ url: `http://localhost${uri}`, socketPath }, timeoutMs, onEnd);
    }
    case 'tcp':
      return (onEnd) => probeTcp(target, timeoutMs, onEnd);
    case 'command':
      return commandProbe(options, target.command);
  }
}

/** It passes with exit status 0. */
function commandProbe({ host, process, check, timeoutMs }: ProbeOptions, command: string): Probe {
  const { config, groupName, pid } = process;
  const environment = { SUPERVISOR_CHECK: check, SUPERVISOR_PID: String(pid) };
  return (onEnd) =>
    runSideCommand({
      host,
      config,
      groupName,
      command,
      environment,
      timeoutMs,
      diesWithDaemon: true,
      onEnd: (outcome) => onEnd(failureOf(outcome, timeoutMs)),
    });
}
