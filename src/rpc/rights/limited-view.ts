/**
 * The daemon with some of its programs only. Methods and pages that work on it neither show nor touch the others.
 *
 * @module
 */
import type { Config, GroupConfig } from '../../config/types.ts';
import type { ManagedGroup, ManagedProcess } from '../../process/managed-process.ts';
import type { FleetView } from '../../supervisor/fleet-placement.ts';
import type { GraphReport } from '../../supervisor/lifecycle/graph-report.ts';
import { processOf } from '../../supervisor/lifecycle/process-id.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { ProgramPatterns } from './program-patterns.ts';

/** Groups without a visible process are left out. What is for admins only cannot be called on the view. */
export function limitedView(supervisor: SupervisorView, programs: ProgramPatterns): SupervisorView {
  const visibleGroup = groupFilter(programs);
  const visibleConfig = configFilter(programs);
  return {
    get state() {
      return supervisor.state;
    },
    get isStarting() {
      return supervisor.isStarting;
    },
    get config() {
      return visibleConfig(supervisor.config);
    },
    get log() {
      return supervisor.log;
    },
    get placement() {
      return supervisor.placement && limitedFleet(supervisor.placement, (id) => hasProcess(this.groups, id));
    },
    get groups() {
      const groups = new Map<string, ManagedGroup>();
      for (const group of supervisor.groups.values()) {
        const visible = visibleGroup(group);
        if (visible.processes.size > 0) groups.set(group.name, visible);
      }
      return groups;
    },
    graphReport(last) {
      return visibleGraph(supervisor.graphReport(last), this.groups);
    },
    // The processes come from the groups of this view.
    setEnabled(processes, isEnabled) {
      supervisor.setEnabled(processes, isEnabled);
    },
    // The same.
    restartProcesses(group, processes) {
      return supervisor.restartProcesses(group, processes);
    },
    subscribeToEvents: refused,
    // The same.
    historyOf(process, limit) {
      return supervisor.historyOf(process, limit);
    },
    programScales() {
      return supervisor.programScales().filter(({ group, name }) => programs.matches(group, { name }));
    },
    eventPools() {
      return supervisor.eventPools().filter(({ name }) => this.groups.has(name));
    },
    // The process comes from the groups of this view.
    checkResultsOf(process) {
      return supervisor.checkResultsOf(process);
    },
    // The same.
    runHook(process, hook) {
      return supervisor.runHook(process, hook);
    },
    // The program is one of those above.
    scaleProgram(program, request) {
      return supervisor.scaleProgram(program, request);
    },
    forgetScale: () => false,
    sendRemoteCommEvent: refused,
    shutdown: refused,
    restart: refused,
    upgrade: refused,
    reloadConfig: refused,
    planUpdate: refused,
    applyConfig: refused,
    addGroup: refused,
    removeGroup: refused,
    addProcesses: refused,
    removeProcess: refused,
    startAdded: () => supervisor.startAdded(),
  };
}

/** The lock of rolling restarts is for all users with the right to restart programs. */
function limitedFleet(fleet: FleetView, isVisible: (id: string) => boolean): FleetView {
  return {
    get report() {
      const { slots, ...others } = fleet.report;
      return { ...others, slots: slots.filter(({ process }) => isVisible(process)) };
    },
    // The process is one of those above.
    move: (group, name, node) => fleet.move(group, name, node),
    setDrained: refused,
    lockRolling: (holder) => fleet.lockRolling(holder),
    renewRolling: (id) => fleet.renewRolling(id),
    unlockRolling: (id) => fleet.unlockRolling(id),
  };
}

/** @param id `group:process` */
function hasProcess(groups: ReadonlyMap<string, ManagedGroup>, id: string): boolean {
  return processOf(groups, id) !== undefined;
}

function refused(): never {
  throw new Error('a caller that sees some programs only has reached an operation on all of them');
}

/** The visible part of a group is the same object as long as the group has the same processes. */
function groupFilter(programs: ProgramPatterns): (group: ManagedGroup) => ManagedGroup {
  const known = new WeakMap<ManagedGroup['processes'], ManagedGroup>();
  return (group) => {
    const before = known.get(group.processes);
    if (before?.priority === group.priority) return before;
    const isVisible = ([, { config }]: readonly [string, ManagedProcess]): boolean =>
      programs.matches(group.name, config);
    const visible = {
      name: group.name,
      priority: group.priority,
      processes: new Map([...group.processes].filter(isVisible)),
    };
    known.set(group.processes, visible);
    return visible;
  };
}

function configFilter(programs: ProgramPatterns): (config: Config) => Config {
  let from: Config | null = null;
  let visible: Config | null = null;
  const limited = (group: GroupConfig): GroupConfig[] => {
    const processes = group.processes.filter((process) => programs.matches(group.name, process));
    return processes.length === 0 ? [] : [{ ...group, processes }];
  };
  return (config) => {
    if (visible === null || from !== config) {
      from = config;
      visible = { ...config, groups: config.groups.flatMap(limited), programs: [] };
    }
    return visible;
  };
}

function visibleGraph(report: GraphReport, groups: ReadonlyMap<string, ManagedGroup>): GraphReport {
  return {
    processes: report.processes
      .filter(({ name }) => hasProcess(groups, name))
      .map((process) => ({
        ...process,
        dependencies: process.dependencies.filter(({ name }) => hasProcess(groups, name)),
      })),
    criticalChain: report.criticalChain.filter(({ id }) => hasProcess(groups, id)),
  };
}
