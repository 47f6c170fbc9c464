/**
 * Runs the stock client many times with one start of Python.
 *
 * The client is a Python script; one interpreter loads its modules, forks for each command line,
 * and runs the script from its first line in the child. A client that is not a Python script is run as it is.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import type { CommandResult, ControlLine } from '../scenario.ts';
import { findCommand } from './needs.ts';
import { runCommand } from './processes.ts';

/** Runs the command lines in order; between two of them every program has been given the time to execute. */
export async function runControls(
  supervisorctl: readonly string[],
  dir: string,
  lines: readonly ControlLine[],
): Promise<CommandResult[]> {
  const script = findCommand(supervisorctl[0] ?? '');
  const python = script === null || supervisorctl.length > 1 ? undefined : pythonOf(script);
  if (script === null || python === undefined) {
    const results: CommandResult[] = [];
    for (const { args, ...options } of lines) {
      results.push(await runCommand([...supervisorctl, ...args], dir, options));
    }
    return results;
  }
  const seconds = 120 + 10 * lines.length;
  const input = JSON.stringify({ script, dir, lines });
  const { stdout, stderr } = await runCommand([python, '-c', FORKING], dir, { stdin: input, seconds });
  if (stdout === '') throw new Error(`${script}: ${stderr}`);
  return JSON.parse(stdout);
}

/** The interpreter that the script's first line names, if it is a Python; the shell starts one whose path has a blank. */
function pythonOf(script: string): string | undefined {
  const [firstLine = '', secondLine = ''] = readFileSync(script, 'utf8').split('\n', 2);
  return /^#!\s*(\S*python\S*)/.exec(firstLine)?.[1] ?? /^'''exec' "(.*python3)"/.exec(secondLine)?.[1];
}

const FORKING = `
import json, os, runpy, signal, sys, tempfile, time, traceback
import importlib.metadata, readline, supervisor.supervisorctl

job = json.load(sys.stdin)

def children_that_still_are_the_daemon():
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

def run(line):
    stdin, out, err = (tempfile.TemporaryFile() for _ in range(3))
    stdin.write(line.get('stdin', '').encode())
    stdin.seek(0)
    pid = os.fork()
    if pid == 0:
        for source, target in ((stdin, 0), (out, 1), (err, 2)):
            os.dup2(source.fileno(), target)
        signal.alarm(120)
        os.chdir(line.get('directory', job['dir']))
        os.environ.update(line.get('environment', {}))
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

results = []
for line in job['lines']:
    for _ in range(6000):
        if not children_that_still_are_the_daemon():
            break
        time.sleep(0.01)
    results.append(run(line))
print(json.dumps(results))
`;
