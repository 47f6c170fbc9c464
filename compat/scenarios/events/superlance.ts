/**
 * The way of working of the listeners that people install most: they check the programs at each tick,
 * and restart a program by RPC from inside the listener.
 *
 * @module
 */

import { PYTHON } from '../../harness/debian.ts';
import type { Address, Json, Scenario, Side } from '../../scenario.ts';
import { program } from '../support/programs.ts';
import { pool } from './listeners.ts';

/** Answers 500 once the file `sick` is there; a fresh start is well again. */
const WEB = `import http.server, os, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(500 if os.path.exists('sick') else 200)
        self.end_headers()

    def log_message(self, *args):
        pass

if os.path.exists('sick'):
    os.remove('sick')
server = http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Handler)
print('ready', flush=True)
server.serve_forever()
`;

/** After superlance's httpok: probes a URL on every tick. */
const HTTPOK = `import os, sys, urllib.request
from supervisor import childutils

rpc = childutils.getRPCInterface(os.environ)
while True:
    headers, payload = childutils.listener.wait()
    if headers['eventname'].startswith('TICK'):
        try:
            status = urllib.request.urlopen(sys.argv[1], timeout=5).status
        except Exception as error:
            status = getattr(error, 'code', 0)
        if status != 200:
            state = rpc.supervisor.getProcessInfo('web')['statename']
            sys.stderr.write('web is %s and answers %s, restarting\\n' % (state, status))
            rpc.supervisor.stopProcess('web')
            rpc.supervisor.startProcess('web')
            sys.stderr.write('web is %s\\n' % rpc.supervisor.getProcessInfo('web')['statename'])
            sys.stderr.flush()
    childutils.listener.ok()
`;

/** After superlance's memmon: restarts what has grown too large. */
const MEMMON = `import os, sys
from supervisor import childutils

rpc = childutils.getRPCInterface(os.environ)
while True:
    headers, payload = childutils.listener.wait()
    for info in rpc.supervisor.getAllProcessInfo():
        name = info['group'] + ':' + info['name']
        if info['pid'] and info['group'] == 'hungry':
            pages = int(open('/proc/%d/statm' % info['pid']).read().split()[1])
            if pages * os.sysconf('SC_PAGE_SIZE') > 60 << 20:
                sys.stderr.write('restarting %s\\n' % name)
                sys.stderr.flush()
                rpc.supervisor.stopProcess(name)
                open('full', 'w').close()
                rpc.supervisor.startProcess(name)
    childutils.listener.ok()
`;

const HUNGRY = `import os, time
food = b'' if os.path.exists('full') else b'x' * (80 << 20)
print('ready', flush=True)
time.sleep(1000)
`;

/** After superlance's fatalmailbatch: collects what became FATAL and sends it at a tick. */
const FATALMAILBATCH = `from supervisor import childutils

batch = []
while True:
    headers, payload = childutils.listener.wait()
    if headers['eventname'] == 'PROCESS_STATE_FATAL':
        fields, _ = childutils.eventdata(payload + '\\n')
        batch.append('Process %(groupname)s:%(processname)s failed to start too many times (was %(from_state)s)' % fields)
    elif batch:
        with open('mail', 'a') as mail:
            mail.write('\\n'.join(batch) + '\\n')
        batch = []
    childutils.listener.ok()
`;

export const eventsSuperlance: Scenario = {
  name: 'events-superlance',
  title: "superlance's way of working: httpok, memmon and fatalmailbatch",
  needs: ['python:supervisor'],
  run: async (side) => {
    for (const [name, text] of Object.entries({ WEB, HTTPOK, MEMMON, HUNGRY, FATALMAILBATCH })) {
      side.writeFile(`${name.toLowerCase()}.py`, text);
    }
    await overUnixSocket(side);
    await overInet(side);
  },
};

const CREDENTIALS = { username: 'ops', password: 's:e cret%' } as const;
const ENVIRONMENT = 'environment=SUPERVISOR_USERNAME="ops",SUPERVISOR_PASSWORD="s:e cret%%"';

async function overUnixSocket(side: Side): Promise<void> {
  const address: Address = { ...side.address, ...CREDENTIALS };
  await watched(
    side,
    'unix',
    address,
    `${side.preamble}[unix_http_server]\nusername=ops\npassword=s:e cret%%\n`,
  );
}

async function overInet(side: Side): Promise<void> {
  const port = await side.freePort();
  const address: Address = { kind: 'inet', host: '127.0.0.1', port, ...CREDENTIALS };
  const preamble = side.preamble.replace(/\[unix_http_server\]\n.*\n/, '');
  const server = `[inet_http_server]\nport=127.0.0.1:${port}\nusername=ops\npassword=s:e cret%%\n`;
  await watched(side, 'inet', address, preamble + server);
}

async function watched(side: Side, title: string, address: Address, servers: string): Promise<void> {
  const port = await side.freePort();
  const run = (name: string, ...args: string[]) => [PYTHON, side.path(`${name}.py`), ...args].join(' ');
  const here = `directory=${side.dir}`;
  await side.command('rm', ['-f', side.path('mail'), side.path('full'), side.path('sick')]);
  side.writeFile(
    'supervisord.conf',
    [
      servers,
      pool(
        'httpok',
        run('httpok', `http://127.0.0.1:${port}/`),
        'TICK_5',
        ENVIRONMENT,
        'autostart=false',
        `stderr_logfile=${side.path(`${title}-httpok.err`)}`,
      ),
      pool(
        'memmon',
        run('memmon'),
        'TICK_5',
        ENVIRONMENT,
        here,
        `stderr_logfile=${side.path(`${title}-memmon.err`)}`,
      ),
      // It may be ready late: none of the earlier events may be lost.
      pool('fatalmailbatch', run('fatalmailbatch'), 'PROCESS_STATE,TICK_5', here, 'buffer_size=1000'),
      program(
        'web',
        run('web', String(port)),
        'autostart=true',
        here,
        `stdout_logfile=${side.path(`${title}-web.log`)}`,
      ),
      program('hungry', run('hungry'), 'autostart=true', here),
      program('broken', '/bin/false', 'autostart=true', 'startsecs=5', 'startretries=0'),
    ].join('\n'),
  );
  const daemon = await side.start();
  await side.waitFor('the web server is up', () => side.readFile(`${title}-web.log`).includes('ready'));
  side.writeFile('sick', '');
  await side.rpc('supervisor.startProcess', ['httpok'], address);
  await side.waitFor(
    'it is restarted',
    () => side.readFile(`${title}-httpok.err`).endsWith('web is RUNNING\n'),
    60,
  );
  await side.waitFor('memory is watched', () => side.readFile(`${title}-memmon.err`) !== '', 60);
  await side.waitFor('mail is sent', () => side.readFile('mail') !== '', 60);
  const shown: Record<string, Json> = {
    httpok: firstLines(side.readFile(`${title}-httpok.err`), 2),
    memmon: firstLines(side.readFile(`${title}-memmon.err`), 1),
    mail: firstLines(side.readFile('mail'), 1),
  };
  side.observe(`${title}: what they did`, shown);
  const info = await side.rpc('supervisor.getProcessInfo', ['web'], address);
  side.observe(
    `${title}: the web server`,
    'result' in info ? (info.result as { statename: Json }).statename : { ...info },
  );
  side.observe(`${title}: without credentials`, {
    ...(await side.rpc('supervisor.getState', [], bare(address))),
  });
  side.observe(`${title}: exit code`, await daemon.stop());
}

/** On a slow machine the next tick may find the server that was restarted not up yet, and so on. */
function firstLines(text: string, count: number): string[] {
  return text.split('\n').slice(0, count);
}

function bare(address: Address): Address {
  return address.kind === 'unix'
    ? { kind: 'unix', path: address.path }
    : { kind: 'inet', host: address.host, port: address.port };
}
