/** Processes as the daemon reports them to the page. */
import { type ProcessStatus, type ResourceStruct, type Row, rowOf } from '../../src/page/model/process.ts';

export function status(changes: Partial<ProcessStatus> = {}): ProcessStatus {
  return {
    group: 'p',
    name: 'p',
    statename: 'RUNNING',
    pid: 7,
    start: 1000,
    stop: 0,
    exitstatus: 0,
    description: 'pid 7, uptime 0:00:10',
    ended_well: true,
    disabled: false,
    waiting: false,
    health: '',
    healthy: true,
    reloadable: false,
    stdout: true,
    stderr: true,
    ...changes,
  };
}

export function row(changes: Partial<ProcessStatus> = {}): Row {
  return rowOf(status(changes), null);
}

export function resource(changes: Partial<ResourceStruct> = {}): ResourceStruct {
  return {
    group: 'p',
    name: 'p',
    pid: 7,
    processes: 1,
    cpu_seconds: 0,
    resident_bytes: 0,
    restarts: 0,
    ...changes,
  };
}
