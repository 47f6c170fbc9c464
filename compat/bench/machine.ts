/**
 * The machine that the figures were seen on.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

export interface Machine {
  readonly cpus: number;
  readonly model: string;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
  readonly fileLimit: number;
  /** Processes that wanted to run over the last minute; call it before measuring to see the work of others. */
  readonly load: number;
}

/** Facts that figures can be judged by; nothing that names the machine. */
export function describeMachine(): Machine {
  return {
    cpus: cpus().length,
    model: cpus()[0]?.model.trim() ?? 'unknown',
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.version,
    fileLimit: fileLimit(),
    load: loadavg()[0] ?? 0,
  };
}

/** The hard limit of open files, which only root can pass. */
export function fileLimit(): number {
  const limits = readFileSync('/proc/self/limits', 'latin1');
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
  return hard === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(hard);
}
