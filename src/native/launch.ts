/**
 * Reads the variables that the launcher (src/bin/launcher) has added to the environment, and restores the original
 * environment for programs.
 *
 * The launcher renames every variable that Node.js would act on, and adds marks. A command that was started as
 * `node dist/bin/supervisord.cjs` has no marks, and its environment is as it stands.
 *
 * @module
 */
export interface LaunchRecord {
  /** The path by which the command was called, perhaps relative to the working directory at the start, as Node.js reads it. */
  readonly command: string;
  /** The limit of open files before Node.js raised it. */
  readonly nofile: { readonly soft: number; readonly hard: number };
  /** Whether signals are blocked until `releaseSignals` is called. */
  readonly holdsSignals: boolean;
}

type Variables = Record<string, string | undefined>;

/** The beginning of a hidden variable's name; src/bin/launcher/environment.c has the same. */
const HIDDEN = 'VISORD_ENV_';

/** Holds a pid too: marks for another process are not ours. */
const MARK = 'VISORD_LAUNCH';
export const COMMAND_MARK = 'VISORD_LAUNCH_COMMAND';

/** Is replaced by the launcher where signals are held back. */
const PRELOAD = 'LD_PRELOAD';

/**
 * Reads the marks. Null where this process was not started by the launcher.
 *
 * @param pids of the process, and of its parent: the program named node may be a script that starts Node.js
 */
export function launchRecordIn(
  environment: Readonly<Variables>,
  pids: readonly number[],
): LaunchRecord | null {
  const [launched, soft, hard, held] = (environment[MARK] ?? '').split(':').map(Number);
  const command = environment[COMMAND_MARK];
  if (launched === undefined || soft === undefined || hard === undefined || command === undefined)
    return null;
  if (!pids.includes(launched)) return null;
  return { command, nofile: { soft, hard }, holdsSignals: held === 1 };
}

/**
 * The name that a variable had before the launcher, or null for what the launcher has added.
 *
 * @param record of the process that has the variable
 */
export function givenName(name: string, record: LaunchRecord): string | null {
  if (name.startsWith(HIDDEN)) return name.slice(HIDDEN.length);
  if (name === MARK || name === COMMAND_MARK) return null;
  return name === PRELOAD && record.holdsSignals ? null : name;
}

/** How this process was launched. */
export const launchRecord: LaunchRecord | null = launchRecordIn(process.env, [process.pid, process.ppid]);

/** What is hidden from Node.js, by the names that it had. */
export const hiddenVariables: Readonly<Variables> =
  launchRecord === null ? {} : takeHidden(process.env, launchRecord);

/** Takes out of the environment what the launcher has put there, so that nothing else sees it. */
function takeHidden(environment: Variables, record: LaunchRecord): Variables {
  const taken: Variables = {};
  for (const name of Object.keys(environment)) {
    const given = givenName(name, record);
    if (given === name) continue;
    if (given !== null) taken[given] = environment[name];
    delete environment[name];
  }
  return taken;
}
