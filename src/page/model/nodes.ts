/**
 * The nodes of a fleet, and their processes among those of this daemon.
 *
 * @module
 */
import type { Call } from './actions.ts';
import {
  idOf,
  type ProcessStatus,
  type ResourceStruct,
  type Row,
  rowOf,
  titleOf,
  type Usage,
  usageOf,
} from './process.ts';

/** One struct of `GET /api/nodes`. */
export interface NodeStruct {
  readonly node: string;
  /** Why it does not answer, or null. */
  readonly error: string | null;
  /** The daemon of this page. */
  readonly self: boolean;
  /** Another supervisord, with fewer methods. */
  readonly stock: boolean;
  readonly status: { readonly now: number; readonly processes: readonly ProcessStatus[] } | null;
  readonly resources: readonly ResourceStruct[] | null;
}

export interface FleetNode {
  readonly name: string;
  readonly error: string | null;
  readonly isSelf: boolean;
  readonly isStock: boolean;
  /** Of a node that does not answer, those that were known last. */
  readonly rows: readonly Row[];
}

/** @param before what was known of the node @param now of this browser, in seconds since the epoch */
export function nodeOf(struct: NodeStruct, before: FleetNode | null, atMs: number, now: number): FleetNode {
  const { node: name, error, self: isSelf, stock: isStock, status, resources } = struct;
  if (status === null) return { name, error, isSelf, isStock, rows: before?.rows ?? [] };
  const usages = new Map(before?.rows.map((row) => [row.id, row.usage]));
  const structs = new Map((resources ?? []).map((one) => [idOf(one.group, one.name), one]));
  // The clocks of machines differ; uptimes are counted by that of this daemon.
  const ahead = status.now - now;
  const rows = status.processes.map((process): Row => {
    const id = `${name}/${idOf(process.group, process.name)}`;
    const struct = structs.get(idOf(process.group, process.name));
    const usage: Usage | null = struct === undefined ? null : usageOf(struct, usages.get(id) ?? null, atMs);
    return { ...onNode(rowOf(process, usage), name, isStock), id, start: process.start - ahead };
  });
  return { name, error, isSelf, isStock, rows };
}

/** A row as the list of a fleet shows it: with the node in front of its group. */
export function onNode(row: Row, node: string, isStock = false): Row {
  const { group, name } = row;
  return { ...row, node, isStock, group: `${node}/${group}`, title: `${node}/${titleOf(group, name)}` };
}

/** The processes of all nodes. Those of this daemon are the live ones, whether it is one of the nodes or not. */
export function rowsOfFleet(
  own: readonly Row[],
  nodes: readonly FleetNode[],
  ownName: string,
): readonly Row[] {
  const self = nodes.find(({ isSelf }) => isSelf)?.name ?? ownName;
  return [
    ...own.map((row) => onNode(row, self)),
    ...nodes.filter(({ isSelf }) => !isSelf).flatMap(({ rows }) => rows),
  ];
}

/** A call for the node that its first argument names, as `app1/web:0`; names of processes have no slash. */
export function routed({ method, params, node }: Call, own: string): Call {
  const [target, ...others] = params;
  const [, named, rest] = (typeof target === 'string' && /^([^/]+)\/(.*)$/.exec(target)) || [];
  if (named === undefined || rest === undefined)
    return { method, params, ...(node !== undefined && { node }) };
  const stripped = [rest, ...others];
  return named === own ? { method, params: stripped } : { method, params: stripped, node: named };
}
