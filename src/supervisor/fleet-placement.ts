/**
 * What a daemon needs of the fleet that it is a member of. src/fleet implements it.
 *
 * @module
 */
import type { Placement } from '../process/host.ts';

/** A node that has shown itself to the engine. */
export interface FleetMember {
  readonly node: string;
  /** Address of its daemon; empty where it advertises none. */
  readonly url: string;
  /** Of its configuration: nodes with the same programs have the same. */
  readonly digest: string;
  readonly isDrained: boolean;
}

/** One slot of a process. */
export interface FleetSlot {
  /** `group:process` */
  readonly process: string;
  readonly index: number;
  readonly node: string;
}

export interface FleetReport {
  readonly name: string;
  readonly node: string;
  /** Whether the engine answers, and the keys are known. */
  readonly isConnected: boolean;
  readonly members: readonly FleetMember[];
  readonly slots: readonly FleetSlot[];
}

/** The lock of a rolling restart of all nodes. */
export interface FleetLock {
  readonly id: string;
  /** For which it is held from the moment at which it was asked for. */
  readonly seconds: number;
}

/** What clients ask of the fleet. */
export interface FleetView {
  readonly report: FleetReport;
  /**
   * Moves a process to another node; resolves when that node has the slot.
   *
   * @throws Error with the reason
   */
  move(group: string, name: string, node: string): Promise<void>;
  /**
   * Lets programs with `run_on` leave a node, and keeps them from it; or ends that. Resolves when none is left there.
   *
   * @throws Error with the reason
   */
  setDrained(node: string, isDrained: boolean): Promise<void>;
  /**
   * Takes the lock of a rolling restart for a client.
   *
   * @param holder the client, for others that ask
   * @throws Error with the holder where the lock is held
   */
  lockRolling(holder: string): Promise<FleetLock>;
  /** Null where the lock is not held any longer. @throws Error with the reason */
  renewRolling(id: string): Promise<FleetLock | null>;
  /** A lock that is not held any longer is not an error. @throws Error with the reason */
  unlockRolling(id: string): Promise<void>;
}

export interface FleetPlacement extends Placement, FleetView {
  /** What an earlier daemon has left is adopted: from now on slots are taken and confirmed. */
  begin(): void;
  /** Groups or processes were added or removed. */
  groupsChanged(): void;
  /** Gives slots back, before `close`; resolves when that is done, or takes too long. */
  leave(): Promise<void>;
  /** The end of this daemon, or of its configuration. */
  close(): void;
}
