/**
 * What can be done with processes: one row for each action.
 *
 * @module
 */
import { type Row, titleOf } from './process.ts';
import { isStarted } from './states.ts';
import { countText } from './units.ts';

export type Params = readonly (string | number | boolean | readonly string[])[];

/** A process by its name in calls, and as it is shown. */
export type Named = Pick<Row, 'id' | 'title'>;

/** What an action is for: one process, all of a group, some, or all. */
export type Target =
  | { readonly kind: 'process'; readonly id: string; readonly title: string }
  | { readonly kind: 'group'; readonly group: string; readonly rows: readonly Named[] }
  | { readonly kind: 'some'; readonly rows: readonly Named[] }
  | {
      readonly kind: 'all';
      readonly count: number;
      readonly groups: readonly string[];
      /** Of a fleet: the nodes that have them. */
      readonly nodes?: readonly TargetNode[];
    }
  | { readonly kind: 'program'; readonly program: Scale };

export interface TargetNode {
  /** Null is the daemon of this page. */
  readonly name: string | null;
  /** It has no methods of `visord`. */
  readonly isStock: boolean;
}

/** A program that can have another number of processes, as `visord.getScales` reports it. */
export interface Scale {
  readonly group: string;
  readonly name: string;
  readonly numprocs: number;
  /** `numprocs` of the configuration. */
  readonly configured: number;
  /** A number was set, and holds. */
  readonly set: boolean;
  readonly min: number;
  readonly max: number;
}

export interface Call {
  readonly method: string;
  readonly params: Params;
  /** The node of the fleet that is called; this daemon without it. */
  readonly node?: string;
}

export interface Action {
  readonly label: string;
  /** As `Stopping web …`. */
  readonly doing: string;
  /** As `web stopped`. */
  readonly done: string;
  /** What the question adds, for one process and for several; null where nothing is asked. */
  readonly warning: readonly [one: string, several: string] | null;
  readonly isFor: (row: Row) => boolean;
  /** A stock supervisord can do it too. */
  readonly isForStock: boolean;
  /** Asks for a number before the calls. */
  readonly isNumbered?: boolean;
  /** @param number that was asked for; null is that of the configuration */
  readonly calls: (target: Target, number?: number | null) => readonly Call[];
}

export type ActionName = 'start' | 'stop' | 'restart' | 'reload' | 'scale' | 'clear' | 'enable' | 'disable';

export const ACTIONS: Readonly<Record<ActionName, Action>> = {
  start: {
    label: 'Start',
    doing: 'Starting',
    done: 'started',
    warning: null,
    isFor: (row) => !isStarted(row) && row.statename !== 'STOPPING',
    isForStock: true,
    calls: byKind('supervisor.startProcess', 'supervisor.startProcessGroup', 'supervisor.startAllProcesses'),
  },
  restart: {
    label: 'Restart',
    doing: 'Restarting',
    done: 'restarted',
    warning: ['It does no work until it runs again.', 'They do no work until they run again.'],
    isFor: (row) => row.statename === 'RUNNING' || row.statename === 'STARTING',
    isForStock: true,
    calls: (target) => namesOf(target).map((name) => ({ method: 'visord.restartGroup', params: [name] })),
  },
  stop: {
    label: 'Stop',
    doing: 'Stopping',
    done: 'stopped',
    warning: [
      'It stays stopped until it is started again.',
      'They stay stopped until they are started again.',
    ],
    isFor: isStarted,
    isForStock: true,
    calls: byKind('supervisor.stopProcess', 'supervisor.stopProcessGroup', 'supervisor.stopAllProcesses'),
  },
  reload: {
    label: 'Reload',
    doing: 'Reloading',
    done: 'reloaded',
    warning: null,
    isFor: (row) => row.statename === 'RUNNING' && row.reloadable,
    isForStock: false,
    calls: (target) =>
      target.kind === 'all'
        ? callsOfAll(
            'visord.reloadAllProcesses',
            target.nodes?.filter(({ isStock }) => !isStock),
          )
        : namesOf(target).map((name) => ({ method: 'visord.reloadProcess', params: [name] })),
  },
  scale: {
    label: 'Scale',
    doing: 'Scaling',
    done: 'scaled',
    warning: null,
    // It is for programs: `scalesFor` has those of some processes.
    isFor: () => false,
    isForStock: false,
    isNumbered: true,
    calls: (target, number = null) =>
      target.kind === 'program'
        ? [{ method: 'visord.scaleProgram', params: [scaleName(target.program), number ?? 'file'] }]
        : [],
  },
  clear: {
    label: 'Clear logs',
    doing: 'Clearing the logs of',
    done: 'cleared',
    warning: ['The contents of its logs are deleted.', 'The contents of their logs are deleted.'],
    isFor: (row) => row.stdout || row.stderr || row.isStock === true,
    isForStock: true,
    calls: byKind('supervisor.clearProcessLogs', null, 'supervisor.clearAllProcessLogs'),
  },
  enable: {
    label: 'Enable',
    doing: 'Enabling',
    done: 'enabled',
    warning: null,
    isFor: (row) => row.disabled,
    isForStock: false,
    calls: (target) => namesOf(target).map((name) => ({ method: 'visord.setEnabled', params: [name, true] })),
  },
  disable: {
    label: 'Disable',
    doing: 'Disabling',
    done: 'disabled',
    warning: [
      'It is stopped, and only a start by hand starts it again, also after a restart of the machine.',
      'They are stopped, and only a start by hand starts them again, also after a restart of the machine.',
    ],
    isFor: (row) => !row.disabled && !row.isStock,
    isForStock: false,
    calls: (target) =>
      namesOf(target).map((name) => ({ method: 'visord.setEnabled', params: [name, false] })),
  },
};

/** A signal for one process. */
export function signalCall(id: string, signal: string): Call {
  return { method: 'supervisor.signalProcess', params: [id, signal] };
}

/** As `web`, `the 3 processes of group workers`, `all 15 processes`. */
export function targetText(target: Target): string {
  switch (target.kind) {
    case 'process':
      return target.title;
    case 'group':
      return `the ${countText(target.rows.length, 'process', 'processes')} of group ${target.group}`;
    case 'some': {
      const [only] = target.rows;
      return target.rows.length === 1 && only ? only.title : `${target.rows.length} selected processes`;
    }
    case 'all':
      return `all ${countText(target.count, 'process', 'processes')}`;
    case 'program':
      return titleOf(target.program.group, target.program.name);
  }
}

/** As calls take it: `group:program`. */
export function scaleName({ group, name }: Pick<Scale, 'group' | 'name'>): string {
  return `${group}:${name}`;
}

/** The programs of the groups of these processes that can be scaled. */
export function scalesFor(rows: readonly Pick<Row, 'id'>[], scales: readonly Scale[]): readonly Scale[] {
  const groups = new Set(rows.map(({ id }) => id.split(':', 1)[0]));
  return scales.filter(({ group }) => groups.has(group));
}

function namesOf(target: Target): string[] {
  switch (target.kind) {
    case 'process':
      return [target.id];
    case 'group':
      return [`${target.group}:*`];
    case 'some':
      return target.rows.map(({ id }) => id);
    case 'all':
      return target.groups.map((group) => `${group}:*`);
    case 'program':
      return [scaleName(target.program)];
  }
}

function callsOfAll(method: string, nodes: readonly TargetNode[] = [THIS_DAEMON]): Call[] {
  return nodes.map(({ name }) => ({ method, params: [], ...(name !== null && { node: name }) }));
}

const THIS_DAEMON: TargetNode = { name: null, isStock: false };

function byKind(one: string, group: string | null, all: string): (target: Target) => Call[] {
  return (target) => {
    if (target.kind === 'all') {
      return callsOfAll(all, target.nodes);
    }
    if (target.kind === 'group' && group !== null) return [{ method: group, params: [target.group] }];
    const names = target.kind === 'group' ? target.rows.map(({ id }) => id) : namesOf(target);
    return names.map((name) => ({ method: one, params: [name] }));
  };
}
