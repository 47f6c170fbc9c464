/**
 * Resource limits: what `minfds` and `minprocs` ask for, and what children are to see.
 *
 * Node raises its own soft limit of open files to the hard one when it starts. Children get back what the
 * daemon was started with, as those of the reference do.
 *
 * @module
 */
import type { DaemonConfig } from '../config/types.ts';
import { getrlimit, setrlimit } from '../native/posix.ts';
import type { ProcessHost } from '../process/host.ts';
import { StartError } from './start-error.ts';

export interface AppliedLimits {
  readonly childLimits: ProcessHost['childLimits'];
  /** For the main log, as `Increased RLIMIT_NOFILE limit to 4096`. */
  readonly messages: readonly string[];
}

interface Limit {
  readonly soft: number;
  readonly hard: number;
}

const UNLIMITED = -1;

/** Raises what is lower than the configuration asks for. @throws StartError where that is not allowed */
export function applyLimits(daemon: DaemonConfig, softFileLimit: number): AppliedLimits {
  const files = { ...getrlimit('nofile'), soft: softFileLimit };
  const raisedFiles = raised(files, daemon.minFds);
  const raisedProcesses = raised(getrlimit('nproc'), daemon.minProcs);
  const messages: string[] = [];
  if (raisedFiles !== null) {
    trySet('nofile', { ...raisedFiles, soft: raisedFiles.hard }, () =>
      fileLimitText(daemon.minFds, raisedFiles.hard),
    );
    messages.push(`Increased RLIMIT_NOFILE limit to ${daemon.minFds}`);
  }
  if (raisedProcesses !== null) {
    trySet('nproc', raisedProcesses, () => processLimitText(daemon.minProcs, raisedProcesses.hard));
    messages.push(`Increased RLIMIT_NPROC limit to ${daemon.minProcs}`);
  }
  const { soft, hard } = raisedFiles ?? files;
  return { childLimits: [{ resource: 'nofile', soft, hard }], messages };
}

function raised({ soft, hard }: Limit, least: number): Limit | null {
  if (soft === UNLIMITED || soft >= least) {
    return null;
  }
  return { soft: least, hard: hard !== UNLIMITED && hard < least ? least : hard };
}

function trySet(resource: 'nofile' | 'nproc', { soft, hard }: Limit, failureText: () => string): void {
  try {
    setrlimit(resource, soft, hard);
  } catch {
    throw new StartError(failureText());
  }
}

function fileLimitText(least: number, hard: number): string {
  return (
    `The minimum number of file descriptors required to run this process is ${least} as per the "minfds" ` +
    `command-line argument or config file setting. The current environment will only allow you to open ${hard} ` +
    'file descriptors.  Either raise the number of usable file descriptors in your environment (see README.rst) ' +
    'or lower the minfds setting in the config file to allow the process to start.'
  );
}

function processLimitText(least: number, hard: number): string {
  return (
    `The minimum number of available processes required to run this program is ${least} as per the "minprocs" ` +
    `command-line argument or config file setting. The current environment will only allow you to open ${hard} ` +
    'processes.  Either raise the number of usable processes in your environment (see README.rst) or lower the ' +
    'minprocs setting in the config file to allow the program to start.'
  );
}
