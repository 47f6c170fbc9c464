/**
 * Imports the apps of pm2: an ecosystem file, as JSON, as YAML, or as a JavaScript module, which is executed for that.
 *
 * @module
 */
import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { secondsText, wholeSecondsText } from './duration.ts';
import { ImportError, type SourceFile } from './format.ts';
import { setMemory } from './limits.ts';
import { commandOf, type ImportedProgram, ProgramDraft, quoteWord } from './program.ts';
import { readYaml } from './yaml-file.ts';

type App = Readonly<Record<string, unknown>>;

/** @throws ImportError */
export async function importPm2(file: SourceFile): Promise<readonly ImportedProgram[]> {
  const content = await contentOf(file);
  const apps = Array.isArray(content) ? content : isObject(content) ? (content.apps ?? [content]) : null;
  if (!Array.isArray(apps) || !apps.every(isObject)) {
    throw new ImportError(file.path, 'has no list of apps');
  }
  return apps.map((app) => programOf(app, file.path));
}

function contentOf(file: SourceFile): unknown {
  if (/\.ya?ml$/.test(file.path)) return readYaml(file);
  return file.path.endsWith('.json') ? parseJson(file) : loadModule(file);
}

function parseJson({ path, text }: SourceFile): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ImportError(path, `is not JSON: ${(error as Error).message}`);
  }
}

async function loadModule({ path }: SourceFile): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
    return module.default ?? module;
  } catch (error) {
    throw new ImportError(path, `cannot be loaded: ${(error as Error).message}`);
  }
}

function isObject(value: unknown): value is App {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys that need no counterpart: they choose what visord does in any case, or concern pm2 itself. */
const WITHOUT_EFFECT = new Set([
  ...[
    'merge_logs',
    'combine_logs',
    'source_map_support',
    'vizion',
    'automation',
    'pmx',
    'version',
    'post_update',
  ],
  ...['disable_source_map_support', 'force', 'instance_var'],
]);

/** Keys that are read together, before the others. */
const READ_TOGETHER = new Set([
  ...['name', 'script', 'exec', 'instances', 'cwd', 'args'],
  ...['interpreter', 'exec_interpreter', 'interpreter_args', 'node_args'],
]);

type Carry = (draft: ProgramDraft, value: unknown, app: App) => void;

const MILLISECOND = 0.001;

/** How each other key of an app is carried over. */
const CARRIED: Readonly<Record<string, Carry>> = {
  env: (draft, value) => variables(draft, value),
  uid: (draft, value) => draft.set('user', String(value)),
  user: (draft, value) => draft.set('user', String(value)),
  gid: (draft, value) => draft.set('group', String(value)),
  autorestart: (draft, value) => draft.set('autorestart', value !== false),
  autostart: (draft, value) => draft.set('autostart', value !== false),
  watch: (draft, value) => {
    if (value === true) draft.set('restart_directory_monitor', String(draft.value('directory')));
    else if (value !== false)
      draft.note(`watch=${JSON.stringify(value)}: restart_directory_monitor takes one folder`);
  },
  namespace: (draft, value) => {
    if (value !== 'default') draft.group = String(value);
  },
  max_restarts: (draft, value) => draft.set('startretries', Number(value)),
  min_uptime: (draft, value) => time(draft, 'min_uptime', value, 'startsecs', wholeSecondsText),
  max_memory_restart: (draft, value) =>
    setMemory(draft, 'memory_restart', 'max_memory_restart', String(value)),
  restart_delay: (draft, value) => time(draft, 'restart_delay', value, 'restartpause', secondsText),
  exp_backoff_restart_delay: (draft, value) => {
    time(draft, 'exp_backoff_restart_delay', value, 'restartpause', secondsText);
    draft.set('backoff_factor', '1.5');
    draft.set('backoff_limit', '15');
  },
  kill_timeout: (draft, value) => time(draft, 'kill_timeout', value, 'stopwaitsecs', wholeSecondsText),
  listen_timeout: (draft, value) => time(draft, 'listen_timeout', value, 'readiness_timeout', secondsText),
  treekill: (draft, value) => {
    draft.set('stopasgroup', value !== false);
    draft.set('killasgroup', value !== false);
  },
  stop_exit_codes: (draft, value) => draft.set('exitcodes', [value].flat().join(',')),
  out_file: (draft, value) => logFile(draft, 'stdout', value),
  output: (draft, value) => logFile(draft, 'stdout', value),
  error_file: (draft, value) => logFile(draft, 'stderr', value),
  error: (draft, value) => logFile(draft, 'stderr', value),
  wait_ready: (draft, value) => {
    if (value === true) {
      draft.note("wait_ready: process.send('ready') has no counterpart; use readiness_check_script");
    }
  },
  exec_mode: (draft, value) => {
    if (String(value).startsWith('cluster')) {
      draft.note(
        'exec_mode: the processes share no port as in a cluster; give each its own, or one listening socket',
      );
    }
  },
};

function programOf(app: App, path: string): ImportedProgram {
  const script = String(app.script ?? app.exec ?? '');
  if (script === '') {
    throw new ImportError(path, `the app ${JSON.stringify(app.name ?? '')} has no script`);
  }
  const draft = new ProgramDraft(String(app.name ?? script.replace(/^.*\//, '').replace(/\.\w+$/, '')));
  const folder = resolve(dirname(path), String(app.cwd ?? '.'));
  draft.set('command', command(app, script));
  draft.set('directory', folder);
  draft.set('autorestart', true);
  draft.set('stopsignal', 'INT');
  draft.set('stopwaitsecs', 2);
  draft.set('stopasgroup', true);
  draft.set('killasgroup', true);
  instances(draft, app);
  for (const [key, value] of Object.entries(app)) {
    const carry = CARRIED[key];
    if (carry !== undefined) {
      carry(draft, value, app);
    } else if (key.startsWith('env_')) {
      draft.note(`${key}: only env is carried over; put the variables into a file and name it in env_files=`);
    } else if (!WITHOUT_EFFECT.has(key) && !READ_TOGETHER.has(key) && value !== false) {
      draft.note(`${key}=${JSON.stringify(value)} has no counterpart`);
    }
  }
  return draft.finish();
}

function command(app: App, script: string): string {
  const interpreter = app.interpreter ?? app.exec_interpreter;
  const own = interpreterOf(script, interpreter);
  const options = words(app.interpreter_args ?? app.node_args);
  const file = own === null && !script.includes('/') && /\.\w+$/.test(script) ? `./${script}` : script;
  return [own, options, quoteWord(file), words(app.args)].filter(Boolean).join(' ');
}

const INTERPRETERS: Readonly<Record<string, string>> = {
  js: 'node',
  cjs: 'node',
  mjs: 'node',
  py: 'python3',
  rb: 'ruby',
  pl: 'perl',
  php: 'php',
  sh: 'bash',
};

function interpreterOf(script: string, interpreter: unknown): string | null {
  if (interpreter === 'none') {
    return null;
  }
  const extension = /\.(\w+)$/.exec(script)?.[1] ?? '';
  return typeof interpreter === 'string' ? quoteWord(interpreter) : (INTERPRETERS[extension] ?? null);
}

function words(value: unknown): string {
  return Array.isArray(value) ? commandOf(value.map(String)) : value === undefined ? '' : String(value);
}

function instances(draft: ProgramDraft, { instances: wanted, instance_var: variable }: App): void {
  const number = wanted === 'max' ? 0 : Number(wanted ?? 1);
  const count = number <= 0 ? Math.max(1, cpus().length + number) : number;
  if (count > 1) {
    draft.replicate(count);
  }
  if (number <= 0) {
    draft.note(`instances=${JSON.stringify(wanted)}: numprocs is the number for this machine`);
  }
  draft.numberVariable(String(variable ?? 'NODE_APP_INSTANCE'));
}

function variables(draft: ProgramDraft, value: unknown): void {
  if (isObject(value)) {
    for (const [name, text] of Object.entries(value)) {
      draft.variable(name, String(text));
    }
  }
}

/** Times are milliseconds, or texts with a unit. */
function time(
  draft: ProgramDraft,
  key: string,
  value: unknown,
  ourKey: string,
  write: (seconds: number) => string,
): void {
  draft.setTime(ourKey, String(value), {
    write,
    bareUnit: MILLISECOND,
    otherwise: `${key}=${JSON.stringify(value)} is not a time`,
  });
}

function logFile(draft: ProgramDraft, channel: 'stdout' | 'stderr', value: unknown): void {
  const path = String(value);
  draft.set(`${channel}_logfile`, path === '/dev/null' || value === false ? 'NONE' : path);
}
