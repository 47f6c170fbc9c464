/**
 * What a process needs of the daemon around it; tests bring their own.
 *
 * @module
 */
import type { FcgiSocketConfig, ProcessConfig } from '../config/types.ts';
import type { IoLoop } from '../io/io-loop.ts';
import type { MainLog } from '../logs/main-log.ts';
import type { ProcessRecord } from './adoption/process-record.ts';
import type { Effect, Instant } from './machine/machine.ts';
import type { Process } from './process.ts';
import type { InheritedSocket } from './spawn/fcgi-socket.ts';
import type { WaitStatus } from './spawn/wait-status.ts';
import type { OutputHearers } from './taps/output-hearers.ts';

/** A state change as it is published to event listeners. */
export type StateChange = Extract<Effect, { type: 'changed' }>;

/** Who hears of the end of a child. */
export interface Reaped {
  /** The process has ended, and is to be taken off the map. */
  exited(status: WaitStatus): void;
}

export interface ProcessHost {
  readonly log: MainLog;
  readonly io: IoLoop;
  /** Our children by pid: whom an exit is told to. */
  readonly processesByPid: Map<number, Reaped>;
  /** Folder for FIFOs, or null for anonymous pipes. */
  readonly runtimeFolder: string | null;
  /** The environment that children inherit. */
  readonly inheritedEnvironment: Readonly<Record<string, string | undefined>>;
  /** Limits that a child is given back, where the daemon's own differ. */
  readonly childLimits: readonly { resource: 'nofile'; soft: number; hard: number }[];
  readonly serverUrl: string | null;
  readonly identifier: string;
  readonly childLogDir: string;
  readonly stripAnsi: boolean;
  /** What an earlier daemon has left of a process that is to be taken over, or null. */
  recordOf(groupName: string, config: ProcessConfig): ProcessRecord | null;
  /** What an earlier daemon has left of the socket of a FastCGI program; the descriptor is the caller's. */
  inheritedSocketOf(socket: FcgiSocketConfig): InheritedSocket;
  /** The state of a process is another one: to be written down for a daemon that comes after this one. */
  remember(process: Process): void;
  now(): Instant;
  /** False while the daemon shuts down or restarts. */
  mayStart(): boolean;
  /** Called for every change of state, in order. */
  publish(process: Process, change: StateChange): void;
  /** Who hears the output of a process besides its logs; asked at every start. */
  hearersOf(process: Process, channel: 'stdout' | 'stderr'): OutputHearers;
}
