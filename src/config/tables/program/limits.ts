/**
 * The keys of a program for its limits, priorities and rights. They are set between fork and exec.
 *
 * @module
 */
import {
  byteLimit,
  capabilities,
  cpuList,
  group,
  ioPriority,
  limit,
  niceness,
  oomScore,
} from '../limit-values.ts';
import { extension } from '../option.ts';
import { boolean } from '../values.ts';

const SINCE = { since: '0.2.0' } as const;

/** The name of a resource is what follows `limit_`. */
export const RLIMIT_OPTIONS = {
  limit_nofile: extension({
    ...SINCE,
    field: 'limits.nofile',
    type: limit,
    help: 'Open files.',
    example: '65536:65536',
  }),
  limit_nproc: extension({
    ...SINCE,
    field: 'limits.nproc',
    type: limit,
    help: 'Processes and threads of the user.',
    example: '4096',
  }),
  limit_core: extension({
    ...SINCE,
    field: 'limits.core',
    type: byteLimit,
    help: 'Size of a core file.',
    example: 'unlimited',
  }),
  limit_cpu: extension({
    ...SINCE,
    field: 'limits.cpu',
    type: limit,
    help: 'CPU time, in seconds.',
    example: '3600',
  }),
  limit_fsize: extension({
    ...SINCE,
    field: 'limits.fsize',
    type: byteLimit,
    help: 'Size of a file that the process writes.',
    example: '1GB',
  }),
  limit_data: extension({
    ...SINCE,
    field: 'limits.data',
    type: byteLimit,
    help: 'Size of the data segment.',
    example: '1GB',
  }),
  limit_stack: extension({
    ...SINCE,
    field: 'limits.stack',
    type: byteLimit,
    help: 'Size of the stack.',
    example: '8MB',
  }),
  limit_rss: extension({
    ...SINCE,
    field: 'limits.rss',
    type: byteLimit,
    help: 'Resident memory; Linux ignores it.',
    example: '1GB',
  }),
  limit_as: extension({
    ...SINCE,
    field: 'limits.as',
    type: byteLimit,
    help: 'Address space.',
    example: '4GB',
  }),
  limit_memlock: extension({
    ...SINCE,
    field: 'limits.memlock',
    type: byteLimit,
    help: 'Locked memory.',
    example: 'unlimited',
  }),
  limit_sigpending: extension({
    ...SINCE,
    field: 'limits.sigpending',
    type: limit,
    help: 'Queued signals of the user.',
    example: '1024',
  }),
  limit_msgqueue: extension({
    ...SINCE,
    field: 'limits.msgqueue',
    type: byteLimit,
    help: 'POSIX message queues of the user.',
    example: '1MB',
  }),
  limit_nice: extension({
    ...SINCE,
    field: 'limits.nice',
    type: limit,
    help: 'Highest priority: 20 minus the nice value.',
    example: '30',
  }),
  limit_rtprio: extension({
    ...SINCE,
    field: 'limits.rtprio',
    type: limit,
    help: 'Highest real-time priority.',
    example: '10',
  }),
} as const;

export const LIMIT_OPTIONS = {
  ...RLIMIT_OPTIONS,
  nice: extension({
    ...SINCE,
    field: 'limits.niceness',
    type: niceness,
    help: 'CPU priority, from -20 (highest) to 19 (lowest).',
    example: '10',
  }),
  ionice: extension({
    ...SINCE,
    field: 'limits.ioPriority',
    type: ioPriority,
    help: 'Priority for disk I/O.',
    example: 'best-effort:7',
  }),
  oom_score_adj: extension({
    ...SINCE,
    field: 'limits.oomScore',
    type: oomScore,
    help: 'The higher, the sooner the kernel kills the process when memory runs out; -1000 is never.',
    example: '-500',
  }),
  cpu_affinity: extension({
    ...SINCE,
    field: 'limits.cpus',
    type: cpuList,
    help: 'CPUs that the process may run on.',
    example: '0-1',
  }),
  group: extension({
    ...SINCE,
    field: 'limits.gid',
    type: group,
    help: 'Group to run as, in place of the group of the user.',
    example: 'staff',
  }),
  no_new_privs: extension({
    ...SINCE,
    field: 'limits.noNewPrivileges',
    type: boolean,
    default: 'false',
    help: 'No program that the process executes gains privileges (set-user-ID, file capabilities).',
    example: 'true',
  }),
  capabilities: extension({
    ...SINCE,
    field: 'limits.capabilities',
    type: capabilities,
    help: 'The only capabilities that the process has, also where user= is not root.',
    example: 'net_bind_service',
  }),
} as const;
