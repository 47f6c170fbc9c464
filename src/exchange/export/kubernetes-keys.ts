/**
 * The keys of a program that a pod of Kubernetes has counterparts for.
 *
 * @module
 */
import type { ProbeTarget, ReadinessTarget } from '../../config/tables/check-values.ts';
import { CAPABILITIES } from '../../config/tables/limit-values.ts';
import { signalName } from '../../config/tables/signals.ts';
import { type CarriedKeys, commandWords, type ExportDraft } from './carry.ts';
import { carryNothing, IN_CONTAINERS, noteUmask } from './container-keys.ts';
import type { ExportSubject } from './subject.ts';

type Members = Record<string, unknown>;

/** The pod of one program: a container, and one before it for `pre_start_hook`. */
export class PodDraft implements ExportDraft {
  readonly name: string;
  readonly notes: string[] = [];
  readonly container: Members;
  readonly pod: Members = {};
  /** Command of the init container, or null. */
  before: readonly string[] | null = null;

  constructor(name: string, image: string) {
    this.name = name;
    this.container = { name, image };
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }

  /** Adds members to a folder of the container. */
  add(folder: string, members: Members): void {
    this.container[folder] = { ...(this.container[folder] as Members | undefined), ...members };
  }

  podSpec(restartPolicy: string): Members {
    const { image, env, workingDir, securityContext } = this.container;
    const shared = Object.entries({ image, env, workingDir, securityContext }).filter(
      ([, value]) => value !== undefined,
    );
    const before =
      this.before === null
        ? {}
        : { initContainers: [{ name: 'pre-start', ...Object.fromEntries(shared), command: this.before }] };
    return { restartPolicy, ...this.pod, ...before, containers: [this.container] };
  }
}

/** `$(NAME)` would be a variable of the container. */
function escaped(text: string): string {
  return text.replaceAll('$(', '$$$$(');
}

function wordsOf(draft: PodDraft, key: string, command: string): readonly string[] {
  return commandWords(draft, key, command).map(escaped);
}

export function containerKeys(subject: ExportSubject): CarriedKeys<PodDraft> {
  const { daemon } = subject.config;
  return {
    ...IN_CONTAINERS,
    ...LIFECYCLE,
    ...LIMITS,
    command: (draft, { command }) => {
      draft.container.command = wordsOf(draft, 'command', command);
    },
    umask: (draft, { umask }) => noteUmask(draft, umask, daemon.umask),
    directory: (draft, { directory }) => {
      const folder = directory ?? daemon.directory;
      if (folder !== null) draft.container.workingDir = folder;
    },
    user: (draft, { uid }) => {
      const id = uid ?? (daemon.user === null ? null : daemon.user.uid);
      if (id === null) return;
      draft.add('securityContext', { runAsUser: id });
      const gid = subject.users.userById(id)?.gid;
      if (gid !== undefined) draft.add('securityContext', { runAsGroup: gid });
    },
    group: (draft, { limits: { gid } }) => {
      if (gid !== null) draft.add('securityContext', { runAsGroup: gid });
    },
    environment: (draft, { environment }) => {
      const env = Object.entries(environment).map(([name, value]) => ({ name, value: escaped(value) }));
      if (env.length > 0) draft.container.env = env;
    },
    env_files: (draft, { environmentFiles }) => {
      for (const { path } of environmentFiles) {
        draft.note(`env_files: ${path} is not read; make a ConfigMap of it`);
      }
    },
  };
}

const LIFECYCLE: CarriedKeys<PodDraft> = {
  // They decide the kind of object, and its members.
  autostart: carryNothing,
  autorestart: carryNothing,
  startretries: carryNothing,
  exitcodes: carryNothing,
  type: carryNothing,
  cron: carryNothing,
  timezone: carryNothing,
  cron_overlap: carryNothing,
  stopsignal: (draft, { stopSignal, laterStopSignals }) => {
    const signals = [stopSignal, ...laterStopSignals].map(signalName);
    if (signals.join() !== 'SIGTERM') {
      draft.note(`stopsignal=${signals.join(',')}: the pod gets the STOPSIGNAL of its image`);
    }
  },
  stopwaitsecs: (draft, { stopWaitSeconds }) => {
    draft.pod.terminationGracePeriodSeconds = stopWaitSeconds;
  },
  pre_start_hook: (draft, { hooks: { pre_start: command } }) => {
    if (command === null) return;
    draft.before = wordsOf(draft, 'pre_start_hook', command.replace(/^-\s*/, ''));
    draft.note('pre_start_hook: it runs once for each pod, not before each start');
    if (command.startsWith('-')) draft.note('pre_start_hook: a failure is not ignored');
  },
  post_start_hook: (draft, { hooks: { post_start: command } }) => {
    if (command === null) return;
    const words = wordsOf(draft, 'post_start_hook', command.replace(/^-\s*/, ''));
    draft.add('lifecycle', { postStart: { exec: { command: words } } });
    draft.note('post_start_hook: the container is restarted if it fails');
  },
  pre_stop_hook: (draft, { hooks: { pre_stop: command } }) => {
    if (command === null) return;
    const words = wordsOf(draft, 'pre_stop_hook', command.replace(/^-\s*/, ''));
    draft.add('lifecycle', { preStop: { exec: { command: words } } });
  },
  readiness_check_script: (draft, { readiness }) => {
    const probe = probeOf(draft, 'readiness_check_script', readiness.target);
    if (probe === null) return;
    draft.container.readinessProbe = {
      ...probe,
      periodSeconds: wholeSeconds(readiness.periodSeconds),
      timeoutSeconds: wholeSeconds(readiness.probeSeconds),
    };
  },
  liveness_check_script: (draft, { liveness }) => {
    const probe = probeOf(draft, 'liveness_check_script', liveness.target);
    if (probe === null) return;
    draft.container.livenessProbe = {
      ...probe,
      initialDelaySeconds: Math.ceil(liveness.delaySeconds),
      periodSeconds: wholeSeconds(liveness.periodSeconds),
      timeoutSeconds: wholeSeconds(liveness.probeSeconds),
      failureThreshold: liveness.failures,
    };
    if (liveness.onFailure.kind !== 'restart') {
      draft.note('liveness_check_failure_action: the container is restarted');
    }
  },
};

function wholeSeconds(seconds: number): number {
  return Math.max(1, Math.ceil(seconds));
}

/** The kubelet connects to the address of the pod. */
function probeOf(draft: PodDraft, key: string, target: ProbeTarget | ReadinessTarget | null): Members | null {
  switch (target?.kind) {
    case undefined:
      return null;
    case 'command':
      return { exec: { command: wordsOf(draft, key, target.command) } };
    case 'tcp':
      noteLocal(draft, key, target.host);
      return { tcpSocket: { port: target.port } };
    case 'http': {
      const { hostname, port, pathname, search, username } = new URL(target.url);
      noteLocal(draft, key, hostname);
      if (username !== '') draft.note(`${key}: user and password are not sent`);
      return { httpGet: { path: `${pathname}${search}`, port: port === '' ? 80 : Number(port) } };
    }
    default:
      draft.note(`${key}: there is no probe of the kind ${target?.kind}`);
      return null;
  }
}

function noteLocal(draft: PodDraft, key: string, host: string): void {
  draft.note(`${key}: the probe connects to the address of the pod, not to ${host}`);
}

const LIMITS: CarriedKeys<PodDraft> = {
  no_new_privs: (draft, { limits: { noNewPrivileges } }) => {
    if (noNewPrivileges) draft.add('securityContext', { allowPrivilegeEscalation: false });
  },
  capabilities: (draft, { limits: { capabilities } }) => {
    if (capabilities === null) return;
    const add = capabilities.map((number) => CAPABILITIES[number]?.toUpperCase());
    draft.add('securityContext', { capabilities: { drop: ['ALL'], ...(add.length === 0 ? {} : { add }) } });
  },
  memory_max: (draft, { resources: { memoryMax } }) => {
    if (memoryMax !== null) addLimit(draft, { memory: String(memoryMax) });
  },
  cpu_quota: (draft, { resources: { cpuQuota } }) => {
    if (cpuQuota !== null) addLimit(draft, { cpu: `${Math.round(cpuQuota * 10)}m` });
  },
};

function addLimit(draft: PodDraft, members: Members): void {
  const { limits } = (draft.container.resources ?? {}) as { limits?: Members };
  draft.container.resources = { limits: { ...limits, ...members } };
}
