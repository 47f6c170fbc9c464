/**
 * The reference's own reader of configurations, in one Python process that reads file after file.
 *
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { baseEnvironment } from '../harness/processes.ts';
import type { Json } from '../scenario.ts';

export type ReferenceReading =
  | { readonly error: string }
  /** An error that the reference did not expect itself. */
  | { readonly crash: string }
  | { readonly processes: Readonly<Record<string, Readonly<Record<string, Json>>>> };

export interface ReferenceReader {
  read(path: string): Promise<ReferenceReading>;
  close(): void;
}

const SCRIPT = `
import json, sys
from supervisor import options, datatypes

class Refused(Exception):
    pass

def plain(value):
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if value is options.Automatic or value is datatypes.Automatic:
        return 'AUTO'
    if value is datatypes.RestartUnconditionally:
        return True
    if value is datatypes.RestartWhenExitUnexpected:
        return 'unexpected'
    if isinstance(value, dict):
        return dict((str(key), plain(each)) for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return str(value)

FIELDS = json.loads(sys.argv[1])

def read(path):
    reader = options.ServerOptions()
    def refuse(message):
        raise Refused(str(message))
    reader.usage = refuse
    try:
        reader.realize(['-n', '-c', path], doc='')
    except Refused as refused:
        return {'error': str(refused)}
    except BaseException as error:
        return {'crash': '%s: %s' % (type(error).__name__, error)}
    found = {}
    for group in reader.process_group_configs:
        for process in group.process_configs:
            fields = dict((name, plain(getattr(process, name, None))) for name in FIELDS)
            fields['group priority'] = group.priority
            found['%s:%s' % (group.name, process.name)] = fields
    return {'processes': found}

for line in sys.stdin:
    print(json.dumps(read(json.loads(line))), flush=True)
`;

/** @param fields attributes of a process that are compared */
export function openReferenceReader(python: string, dir: string, fields: readonly string[]): ReferenceReader {
  const child: ChildProcessWithoutNullStreams = spawn(python, ['-c', SCRIPT, JSON.stringify(fields)], {
    cwd: dir,
    env: baseEnvironment(dir),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-2000);
  });
  const waiting: ((line: string) => void)[] = [];
  const failing: ((error: Error) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    failing.shift();
    waiting.shift()?.(line);
  });
  child.on('exit', () => {
    for (const fail of failing) fail(new Error(`the reference's reader has ended: ${complaints}`));
  });
  return {
    read: (path) =>
      new Promise((resolve, reject) => {
        waiting.push((line) => resolve(JSON.parse(line)));
        failing.push(reject);
        child.stdin.write(`${JSON.stringify(path)}\n`);
      }),
    close: () => {
      failing.length = 0;
      child.kill('SIGKILL');
    },
  };
}
