/**
 * Runs the stock client many times with one start of Python.
 *
 * The client is a Python script; one interpreter loads its modules, forks for each command line,
 * and runs the script from its first line in the child. A client that is not a Python script is run as it is.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { CommandOptions, CommandResult, ControlLine } from '../scenario.ts';
import { findCommand } from './needs.ts';
import { baseEnvironment, runCommand } from './processes.ts';

/** Runs one command line. One that is watched or limited in time has an interpreter of its own. */
export async function runControl(
  supervisorctl: readonly string[],
  dir: string,
  args: readonly string[],
  { until, seconds, ...options }: CommandOptions = {},
): Promise<CommandResult> {
  if (until !== undefined || seconds !== undefined) {
    return runCommand([...supervisorctl, ...args], dir, { until, seconds, ...options });
  }
  const [result] = await runControls(supervisorctl, dir, [{ args, ...options }]);
  if (result === undefined) throw new Error(`no result of ${args.join(' ')}`);
  return result;
}

/** Runs the command lines in order; before each of them every program has been given the time to execute. */
export async function runControls(
  supervisorctl: readonly string[],
  dir: string,
  lines: readonly ControlLine[],
): Promise<readonly CommandResult[]> {
  const script = findCommand(supervisorctl[0] ?? '');
  const python = script === null || supervisorctl.length > 1 ? undefined : pythonOf(script);
  if (script === null || python === undefined) {
    const results: CommandResult[] = [];
    for (const { args, ...options } of lines) {
      results.push(await runCommand([...supervisorctl, ...args], dir, options));
    }
    return results;
  }
  const described = lines.map((line) => ({
    ...line,
    directory: line.directory ?? dir,
    environment: { ...baseEnvironment(dir), ...line.environment },
  }));
  return interpreter(python).run({ script, dir, lines: described });
}

/** The interpreter that the script's first line names, if it is a Python; the shell starts one whose path has a blank. */
function pythonOf(script: string): string | undefined {
  const [firstLine = '', secondLine = ''] = readFileSync(script, 'utf8').split('\n', 2);
  return /^#!\s*(\S*python\S*)/.exec(firstLine)?.[1] ?? /^'''exec' "(.*python3)"/.exec(secondLine)?.[1];
}

interface Job {
  readonly script: string;
  /** The side's folder. */
  readonly dir: string;
  readonly lines: readonly ControlLine[];
}

interface Interpreter {
  run(job: Job): Promise<readonly CommandResult[]>;
}

interface Waiting {
  readonly resolve: (results: readonly CommandResult[]) => void;
  readonly reject: (error: Error) => void;
}

const interpreters = new Map<string, Interpreter>();

/** One for this process: it ends when this process has ended. */
function interpreter(python: string): Interpreter {
  const found = interpreters.get(python) ?? startInterpreter(python);
  interpreters.set(python, found);
  return found;
}

function startInterpreter(python: string): Interpreter {
  const { COMPAT_DIR: _ofNoSide, ...environment } = baseEnvironment('/');
  const child = spawn(python, ['-c', FORKING], {
    cwd: '/',
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, Waiting>();
  let jobs = 0;
  const fail = (why: string): void => {
    interpreters.delete(python);
    for (const { reject } of waiting.values()) reject(new Error(`${python}: ${why}`));
    waiting.clear();
  };
  child.on('error', (error) => fail(error.message));
  child.on('close', (code, signal) => fail(`ended with ${signal ?? code}`));
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, results } = JSON.parse(line) as { id: number; results: CommandResult[] };
    waiting.get(id)?.resolve(results);
    waiting.delete(id);
    holdOpen(child, waiting.size > 0);
  });
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        jobs += 1;
        waiting.set(jobs, { resolve, reject });
        holdOpen(child, true);
        child.stdin.write(`${JSON.stringify({ id: jobs, ...job })}\n`);
      }),
  };
}

/** Whether the process and its pipes keep this process from ending. */
function holdOpen(child: ChildProcess, isHeld: boolean): void {
  const pipes = [child.stdin, child.stdout].filter((pipe) => pipe instanceof Socket);
  for (const handle of [child, ...pipes]) {
    if (isHeld) handle.ref();
    else handle.unref();
  }
}

/**
 * Reads a job in each line, and forks a worker for it, which forks for each command line. Workers write their results in
 * any order, one at a time: the byte in the pipe belongs to the one that writes.
 */
const FORKING = `
import json, os, runpy, signal, sys, tempfile, time, traceback
import importlib.metadata, readline, supervisor.supervisorctl

def children_that_still_are_the_daemon(job):
    config = os.path.join(job['dir'], 'supervisord.conf').encode()
    try:
        pid = int(open(os.path.join(job['dir'], 'supervisord.pid')).read())
        children = open('/proc/%d/task/%d/children' % (pid, pid)).read().split()
    except (OSError, ValueError):
        return []
    found = []
    for child in children:
        try:
            if config in open('/proc/%s/cmdline' % child, 'rb').read():
                found.append(child)
        except OSError:
            pass
    return found

def run(job, line):
    stdin, out, err = (tempfile.TemporaryFile() for _ in range(3))
    stdin.write(line.get('stdin', '').encode())
    stdin.seek(0)
    pid = os.fork()
    if pid == 0:
        for source, target in ((stdin, 0), (out, 1), (err, 2)):
            os.dup2(source.fileno(), target)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.alarm(120)
        os.chdir(line['directory'])
        os.environ.clear()
        os.environ.update(line['environment'])
        sys.argv = [job['script']] + line['args']
        code = 0
        try:
            runpy.run_path(job['script'], run_name='__main__')
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    status = os.waitpid(pid, 0)[1]
    out.seek(0)
    err.seek(0)
    code = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return {'stdout': out.read().decode(errors='replace'), 'stderr': err.read().decode(errors='replace'), 'code': code}

def work(job):
    results = []
    for line in job['lines']:
        for _ in range(6000):
            if not children_that_still_are_the_daemon(job):
                break
            time.sleep(0.01)
        results.append(run(job, line))
    os.read(turn, 1)
    print(json.dumps({'id': job['id'], 'results': results}), flush=True)
    os.write(next_turn, b'.')

turn, next_turn = os.pipe()
os.write(next_turn, b'.')
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for text in sys.stdin:
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        work(json.loads(text))
        os._exit(0)
`;
