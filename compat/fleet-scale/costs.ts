/**
 * What a fleet of some size costs its etcd, from costs that were measured with fewer nodes: arithmetic only.
 *
 * @module
 */

/** Measured for one of each. Times are of processors, all members together, in microseconds. */
export interface UnitCosts {
  /** Memory of the member that a node is connected to, in bytes. */
  readonly nodeBytes: number;
  /** Memory of each member for a key, in bytes. */
  readonly keyBytes: number;
  readonly renewalUs: number;
  readonly writeUs: number;
  /** A change that is sent to one watch. */
  readonly deliveryUs: number;
  /** The same change, in the node that receives it. */
  readonly receivedUs: number;
  readonly deliveryBytes: number;
  /** A key of a range, read when a node connects. */
  readonly readKeyUs: number;
  readonly readKeyBytes: number;
}

export interface Fleet {
  readonly nodes: number;
  /** Of each node, with `run_on`. */
  readonly programs: number;
  /** How many nodes have the same program; all of them if it is `nodes`. */
  readonly nodesPerProgram: number;
  /** Renewals of a node in a second. */
  readonly renewals: number;
  /** Slots that change their holder in a second, by deployments and failures. */
  readonly moves: number;
}

export interface FleetCosts {
  readonly slots: number;
  readonly keys: number;
  readonly watches: number;
  readonly renewalsPerSecond: number;
  readonly writesPerSecond: number;
  readonly deliveriesPerSecond: number;
  /** Of all members together. */
  readonly cores: number;
  /** What etcd sends, in MB a second. */
  readonly megabytesPerSecond: number;
  /** Of one member of three, in MB. */
  readonly memberMegabytes: number;
  /** What a node reads when it connects, in MB. */
  readonly connectMegabytes: number;
  /** Processors in seconds, when all nodes connect anew after a restart of etcd. */
  readonly reconnectCoreSeconds: number;
  /** Share of a processor of one node for what it receives, in percent. */
  readonly nodePercent: number;
}

/** A slot has a key and a marker. */
const KEYS_OF_SLOT = 2;
/** To give a slot back removes both, and to take one creates both. */
const WRITES_OF_MOVE = 4;
const MEMBERS = 3;

export function costsOf(fleet: Fleet, unit: UnitCosts): FleetCosts {
  const { nodes, programs, nodesPerProgram, renewals, moves } = fleet;
  const slots = Math.round((nodes * programs) / nodesPerProgram);
  const keys = nodes + slots * KEYS_OF_SLOT;
  const renewalsPerSecond = nodes * renewals;
  const writesPerSecond = moves * WRITES_OF_MOVE;
  const deliveriesPerSecond = writesPerSecond * nodes;
  const cpuUs =
    renewalsPerSecond * unit.renewalUs +
    writesPerSecond * unit.writeUs +
    deliveriesPerSecond * unit.deliveryUs;
  return {
    slots,
    keys,
    watches: nodes,
    renewalsPerSecond,
    writesPerSecond,
    deliveriesPerSecond,
    cores: cpuUs / 1e6,
    megabytesPerSecond: (deliveriesPerSecond * unit.deliveryBytes) / 1e6,
    memberMegabytes: ((nodes / MEMBERS) * unit.nodeBytes + keys * unit.keyBytes) / 1e6,
    connectMegabytes: (keys * unit.readKeyBytes) / 1e6,
    reconnectCoreSeconds: (nodes * keys * unit.readKeyUs) / 1e6,
    nodePercent: (writesPerSecond * unit.receivedUs) / 1e4,
  };
}
