/**
 * Imports the services of a Compose file. A service is a container; here its command runs on this machine, so that what
 * concerns images, networks and volumes is reported.
 *
 * @module
 */
import { dirname, resolve } from 'node:path';
import { wholeSecondsText } from './duration.ts';
import type { SourceFile } from './format.ts';
import { setCpuQuota, setMemory, setTasks } from './limits.ts';
import { setCheck } from './probe.ts';
import { commandOf, type ImportedProgram, ProgramDraft, sectionName } from './program.ts';
import { isYamlObject, listOf, objectsOf, readYaml, variablesOf, type YamlObject } from './yaml-file.ts';

/** @throws ImportError */
export function importCompose(file: SourceFile): readonly ImportedProgram[] {
  const services = objectsOf(readYaml(file).services);
  return services.map(([name, service]) => programOf(name, service, dirname(file.path)));
}

/** Keys without a counterpart that change nothing for the command itself. */
const WITHOUT_EFFECT = new Set([
  ...['container_name', 'hostname', 'labels', 'logging', 'init', 'tty', 'stdin_open', 'develop', 'x-develop'],
  ...['entrypoint', 'command', 'restart', 'image', 'build', 'pull_policy', 'platform', 'cap_add', 'cap_drop'],
]);

type Carry = (draft: ProgramDraft, value: unknown, folder: string) => void;

const CARRIED: Readonly<Record<string, Carry>> = {
  environment: (draft, value) => {
    for (const [name, text] of variablesOf(value)) {
      // A variable without a value is that of the daemon, which programs inherit.
      if (text !== null) draft.variable(name, text);
    }
  },
  env_file: (draft, value, folder) => {
    for (const entry of listOf(value)) {
      const { path, required = true } = isYamlObject(entry) ? entry : { path: entry };
      draft.add('env_files', `${required === false ? '-' : ''}${resolve(folder, String(path))}`);
    }
  },
  working_dir: (draft, value) => draft.set('directory', String(value)),
  user: (draft, value) => {
    const [user = '', group] = String(value).split(':');
    draft.set('user', user);
    if (group !== undefined) draft.set('group', group);
  },
  stop_signal: (draft, value) => draft.set('stopsignal', String(value).replace(/^SIG/, '')),
  stop_grace_period: (draft, value) => {
    const otherwise = `stop_grace_period=${String(value)} is not a time`;
    draft.setTime('stopwaitsecs', String(value), { write: wholeSecondsText, otherwise });
  },
  depends_on: (draft, value) => {
    if (Array.isArray(value)) {
      for (const name of value) draft.add('depends_on', `${sectionName(String(name))}:started`);
      return;
    }
    for (const [name, { condition, restart }] of objectsOf(value)) {
      draft.add('depends_on', `${sectionName(name)}:${CONDITIONS[String(condition)] ?? 'started'}`);
      if (restart === true) draft.add('part_of', sectionName(name));
    }
  },
  healthcheck: (draft, value) => {
    if (!isYamlObject(value) || value.disable === true) return;
    const command = testCommand(value.test);
    if (command === null) return;
    const { interval, timeout, start_period: delay, start_interval: first, retries } = value;
    setCheck(draft, 'readiness', command, { period: first, timeout });
    setCheck(draft, 'liveness', command, { period: interval ?? '30s', timeout, delay, failures: retries });
    draft.set('liveness_check_failure_action', 'none');
  },
  scale: (draft, value) => replicas(draft, value),
  deploy: (draft, value) => {
    const { replicas: count, resources, ...rest } = isYamlObject(value) ? value : {};
    if (count !== undefined) replicas(draft, count);
    const { limits, ...others } = isYamlObject(resources) ? resources : {};
    setLimits(draft, isYamlObject(limits) ? limits : {});
    const names = [...Object.keys(rest), ...Object.keys(others).map((key) => `resources.${key}`)];
    if (names.length > 0) draft.note(`deploy: ${names.join(', ')} has no counterpart`);
  },
  mem_limit: (draft, value) => setMemory(draft, 'memory_max', 'mem_limit', String(value)),
  cpus: (draft, value) => cpus(draft, 'cpus', value),
  pids_limit: (draft, value) => setTasks(draft, 'pids_limit', String(value)),
  ulimits: (draft, value) => {
    for (const [name, limit] of Object.entries(isYamlObject(value) ? value : {})) {
      const { soft, hard } = isYamlObject(limit) ? limit : { soft: limit, hard: limit };
      draft.set(`limit_${name}`, `${String(soft)}:${String(hard)}`);
    }
  },
  oom_score_adj: (draft, value) => draft.set('oom_score_adj', String(value)),
  cpuset: (draft, value) => draft.set('cpu_affinity', String(value)),
  security_opt: (draft, value) => {
    for (const option of listOf(value).map(String)) {
      if (/^no-new-privileges(?:[:=]true)?$/.test(option)) draft.set('no_new_privs', true);
      else draft.note(`security_opt: ${option} has no counterpart`);
    }
  },
  profiles: (draft, value) => {
    draft.set('autostart', false);
    draft.note(`profiles: it is not started with the daemon (${listOf(value).join(', ')})`);
  },
};

const CONDITIONS: Readonly<Record<string, string>> = {
  service_started: 'started',
  service_healthy: 'running',
  service_completed_successfully: 'completed',
};

function programOf(name: string, written: YamlObject, folder: string): ImportedProgram {
  const draft = new ProgramDraft(name);
  const service = withoutVariables(draft, written) as YamlObject;
  setCommand(draft, service);
  setRestart(draft, service.restart);
  setCapabilities(draft, service);
  draft.set('stopasgroup', true);
  draft.set('killasgroup', true);
  for (const [key, value] of Object.entries(service)) {
    const carry = CARRIED[key];
    if (carry !== undefined) carry(draft, value, folder);
    else if (!WITHOUT_EFFECT.has(key)) draft.note(`${key} has no counterpart`);
  }
  return draft.finish();
}

/** The texts with `$$` as the one sign that it stands for; variables, which Compose would replace, are noted. */
function withoutVariables(draft: ProgramDraft, value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$(?:\$|\{[^}]*\}|[A-Za-z_]\w*)/g, (variable) => {
      if (variable === '$$') return '$';
      draft.note(`the variable ${variable} of Compose is not replaced`);
      return variable;
    });
  }
  if (Array.isArray(value)) return value.map((entry) => withoutVariables(draft, entry));
  return isYamlObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutVariables(draft, entry)]))
    : value;
}

function setCommand(draft: ProgramDraft, { entrypoint, command, image }: YamlObject): void {
  const text = [commandText(entrypoint), commandText(command)].filter(Boolean).join(' ');
  if (text === '') {
    draft.note(`the command is that of the image ${String(image ?? '')}: replace command=`);
    draft.set('command', '/bin/false');
    draft.set('autostart', false);
    return;
  }
  draft.set('command', text);
  if (image !== undefined) {
    draft.note(`it ran in the image ${String(image)}; its command must exist on this machine`);
  }
}

function commandText(value: unknown): string {
  if (Array.isArray(value)) {
    return commandOf(value.map(String));
  }
  return typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : '';
}

/** Without the key a container is not started again. */
function setRestart(draft: ProgramDraft, value: unknown): void {
  const [policy, count] = String(value ?? 'no').split(':');
  draft.set(
    'autorestart',
    policy === 'no' || policy === 'false' ? 'false' : policy === 'on-failure' ? 'unexpected' : 'true',
  );
  if (count !== undefined) draft.set('startretries', count);
  // Docker tries for ever.
  else if (draft.value('autorestart') !== 'false') draft.set('startretries', -1);
}

/** Without `cap_drop: [ALL]` a container has those of the engine, which differ from those of the daemon. */
function setCapabilities(draft: ProgramDraft, { cap_add: added, cap_drop: dropped }: YamlObject): void {
  const [adds, drops] = [added, dropped].map((value) =>
    listOf(value).map((name) => String(name).toLowerCase().replace(/^cap_/, '')),
  );
  if (drops?.includes('all') && !adds?.includes('all')) {
    draft.set('capabilities', adds?.length ? adds.join(',') : 'none');
    return;
  }
  if (adds?.length) draft.note(`cap_add: ${adds.join(', ')} has no counterpart`);
  if (drops?.length) draft.note(`cap_drop: ${drops.join(', ')} has no counterpart`);
}

function replicas(draft: ProgramDraft, value: unknown): void {
  if (Number(value) !== 1) {
    draft.replicate(Number(value));
  }
}

/** `deploy.resources.limits` */
function setLimits(draft: ProgramDraft, limits: YamlObject): void {
  const { memory, cpus: count, pids, ...rest } = limits;
  if (memory !== undefined) setMemory(draft, 'memory_max', 'deploy.resources.limits.memory', String(memory));
  if (count !== undefined) cpus(draft, 'deploy.resources.limits.cpus', count);
  if (pids !== undefined) setTasks(draft, 'deploy.resources.limits.pids', String(pids));
  for (const key of Object.keys(rest)) draft.note(`deploy.resources.limits.${key} has no counterpart`);
}

/** 0 stands for none. */
function cpus(draft: ProgramDraft, source: string, value: unknown): void {
  if (Number(value) !== 0) setCpuQuota(draft, source, String(value), Number(value) * 100);
}

function testCommand(test: unknown): string | null {
  if (typeof test === 'string') return commandOf(['/bin/sh', '-c', test]);
  const [kind, ...words] = listOf(test).map(String);
  if (kind === 'CMD') return commandOf(words);
  return kind === 'CMD-SHELL' ? commandOf(['/bin/sh', '-c', words.join(' ')]) : null;
}
