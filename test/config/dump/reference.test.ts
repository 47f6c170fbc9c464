/** The reference reads a dump as it reads what was dumped. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PYTHON } from '../../../compat/harness/debian.ts';
import { dumpConfig } from '../../../src/config/dump/dump.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { need, needing } from '../../needs.ts';
import { fc } from '../../properties.ts';
import { folderWith } from '../support.ts';
import { configTexts } from './generated-config.ts';

const ENVIRONMENT = { HOME: '/root', ODD: 'a ;b #c\n  d é ', PERCENT: '5% ', LANG: 'C.UTF-8', PATH: '/bin' };

/** How the reference reads each file. */
const READER = `
import json, sys
from supervisor.options import ServerOptions
def value(v):
    return v if isinstance(v, (str, int, bool, list, dict, type(None))) else repr(getattr(v, '__name__', v))
def process(p):
    names = p.req_param_names + p.optional_param_names
    return {n: value(getattr(p, n)) for n in names if n != 'autorestart'}
def group(g):
    socket = getattr(g, 'socket_config', None)
    return [g.name, g.priority, socket and [socket.url, socket.get_backlog()], getattr(g, 'buffer_size', None),
            sorted(process(p).items() for p in g.process_configs and [])] + [process(p) for p in g.process_configs]
out = []
for path in json.load(sys.stdin):
    options = ServerOptions()
    options.configfile = path
    options.here = path.rsplit('/', 1)[0]
    section = options.read_config(path)
    keys = 'logfile loglevel pidfile umask nodaemon silent minfds minprocs nocleanup childlogdir directory strip_ansi identifier environment'
    out.append([
        {k: value(getattr(section, k)) for k in keys.split()},
        [{k: str(v) for k, v in c.items()} for c in section.server_configs],
        [group(g) for g in section.process_group_configs],
    ])
print(json.dumps(out))
`;

const hasReference = spawnSync(PYTHON, ['-c', 'import supervisor']).status === 0;

needing(test, need(hasReference, 'npm run setup -- --reference'))(
  'the reference reads a dump as the configuration that was dumped',
  () => {
    const texts = fc
      .sample(configTexts, { numRuns: 40, seed: 1 })
      .map((text) => text.replaceAll('web', 'daemon'));
    const folder = folderWith(Object.fromEntries(texts.map((text, index) => [`${index}.conf`, text])));
    const files = texts.map((_, index) => join(folder, `${index}.conf`));
    const dumps = files.map((file) => {
      writeFileSync(`${file}.dump`, dumpConfig(loadConfig({ file, environment: ENVIRONMENT })));
      return `${file}.dump`;
    });
    const read = readByReference([...files, ...dumps]);
    for (const index of texts.keys()) {
      expect(withAbsolutePaths(read[files.length + index])).toEqual(withAbsolutePaths(read[index]));
    }
  },
);

function readByReference(files: readonly string[]): unknown[] {
  const run = spawnSync(PYTHON, ['-c', READER], {
    input: JSON.stringify(files),
    encoding: 'utf8',
    env: ENVIRONMENT,
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as unknown[];
}

/** Paths that are relative to the folder where the daemon starts are absolute in a dump. */
function withAbsolutePaths(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(`${process.cwd()}/`, ''));
}
