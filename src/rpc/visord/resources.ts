/**
 * `visord.getResources`: what processes use.
 *
 * @module
 */
import type { ManagedProcess } from '../../process/managed-process.ts';
import { usageOf } from '../../process/usage/usage.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { Double, type RpcStruct } from '../../xmlrpc/values.ts';
import { byPriority, findTarget } from '../process-names.ts';

/** @param name of a process, `group:*`, or empty for all @throws RpcFault BAD_NAME */
export function resources(supervisor: SupervisorView, name: string): Promise<RpcStruct[]> {
  const processes = processesOf(supervisor, name);
  return name === '' ? sharedReading(supervisor, processes) : read(processes);
}

/** The figures of all processes, and the processes as they were when the figures were read. */
interface Reading {
  readonly of: readonly Pick<ManagedProcess, 'groupName' | 'config' | 'pid' | 'restarts'>[];
  readonly structs: Promise<RpcStruct[]>;
}

const readings = new WeakMap<SupervisorView, Reading>();
/** The shortest and the longest time for which figures are reused, in milliseconds. */
const FRESH_MS = [300, 1000] as const;
/** Figures are reused for this many times the time that reading them took: at most a fifth of the time is for reading. */
const REST = 4;

/** Requests that come at about the same time, as those of many pages, share one reading. */
function sharedReading(supervisor: SupervisorView, all: readonly ManagedProcess[]): Promise<RpcStruct[]> {
  const known = readings.get(supervisor);
  if (known !== undefined && isOf(known, all)) return known.structs;
  const began = performance.now();
  const of = all.map(({ groupName, config, pid, restarts }) => ({ groupName, config, pid, restarts }));
  const reading: Reading = { of, structs: read(all) };
  readings.set(supervisor, reading);
  const age = (): void => {
    const [least, most] = FRESH_MS;
    const freshMs = Math.min(most, Math.max(least, REST * (performance.now() - began)));
    const forget = (): void => {
      if (readings.get(supervisor) === reading) readings.delete(supervisor);
    };
    setTimeout(forget, freshMs).unref();
  };
  reading.structs.then(age, age);
  return reading.structs;
}

/** Whether no process has been added, removed or started since. */
function isOf({ of }: Reading, all: readonly ManagedProcess[]): boolean {
  return (
    of.length === all.length &&
    all.every(({ groupName, config, pid, restarts }, index) => {
      const one = of[index];
      return (
        one !== undefined &&
        one.groupName === groupName &&
        one.config === config &&
        one.pid === pid &&
        one.restarts === restarts
      );
    })
  );
}

async function read(processes: readonly ManagedProcess[]): Promise<RpcStruct[]> {
  const pids = processes.map(({ pid }) => pid);
  const usage = await usageOf(processes);
  return processes.map(({ groupName, config, restarts }, index) => ({
    group: groupName,
    name: config.name,
    pid: pids[index] ?? 0,
    processes: usage[index]?.processes ?? 0,
    cpu_seconds: new Double(usage[index]?.cpuSeconds ?? 0),
    resident_bytes: new Double(usage[index]?.residentBytes ?? 0),
    restarts,
  }));
}

function processesOf(supervisor: SupervisorView, name: string): readonly ManagedProcess[] {
  if (name === '') return [...supervisor.groups.values()].flatMap(byPriority);
  const { group, process } = findTarget(supervisor, name);
  return process === null ? byPriority(group) : [process];
}
