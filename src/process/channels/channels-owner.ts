/**
 * What the channels of a run are made of: the process, the daemon, and how the run began.
 *
 * @module
 */
import type { ProcessConfig } from '../../config/types.ts';
import type { IoLoop } from '../../io/io-loop.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { FifoOwner } from '../../native/posix.ts';
import type { OutputListeners } from '../taps/output-listeners.ts';
import type { OutputName } from '../taps/output-tap.ts';
import type { LeftPipe } from './left-pipes.ts';
import type { ReopenOptions } from './reopen-pipes.ts';

/** What the channels need of the daemon. */
export interface ChannelsHost {
  readonly log: MainLog;
  readonly io: IoLoop;
  /** Folder for FIFOs, or null for anonymous pipes. */
  readonly runtimeFolder: string | null;
  readonly stripAnsi: boolean;
}

/** What the channels need of the process, in all of its runs. */
export interface ChannelsOwner {
  readonly config: ProcessConfig;
  readonly groupName: string;
  /** What its FIFOs are named after. */
  readonly lifeName: string;
  /** 0 where there is no process. */
  readonly pid: number;
  readonly host: ChannelsHost;
  readonly stdoutLogfile: string | null;
  readonly stderrLogfile: string | null;
  /** Count the bytes of the output. */
  readonly outputCounts: Readonly<Record<OutputName, { bytes: number }>>;
  /** What receives the output of a channel besides its log. */
  outputListenersOf(channel: OutputName): OutputListeners;
  /** A log cannot be written: the text, or null when it can again. */
  logTroubled(message: string | null): void;
}

/** For a run that is started here. */
export interface StartedRun {
  /** The stdin of the child in place of a pipe; the caller keeps and closes this descriptor. */
  readonly stdin: number | null;
  /** User that has to be able to open the channels by name; null is the daemon's own. */
  readonly user: FifoOwner | null;
  /** True where the child gets other descriptors of the daemon as well; false if left out. */
  readonly getsDescriptors?: boolean;
}

/** For a run that another daemon has started. */
export interface AdoptedRun extends ReopenOptions {
  /** False where the child has something else as its stdin. */
  readonly hasStdin: boolean;
}

/** For the output of processes that a run which has ended left behind. */
export interface LeftRun {
  readonly left: readonly LeftPipe[];
}
