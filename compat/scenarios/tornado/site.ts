/**
 * The files of the seed scenario: four Tornado servers in one group, nginx in front, the sample configuration.
 *
 * @module
 */
import { chownSync, mkdirSync } from 'node:fs';
import { PYTHON } from '../../harness/debian.ts';
import type { Side } from '../../scenario.ts';

export interface Site {
  /** Ports of tornado-8000 … tornado-8003, in that order. */
  readonly workers: readonly number[];
  readonly front: number;
  /** The main configuration file. */
  readonly config: string;
}

export const NAMES = ['tornado-8000', 'tornado-8001', 'tornado-8002', 'tornado-8003'] as const;

/** A server that answers with its name, and prints on its stdout what a request has. */
const MAIN_PY = `import json, os
import tornado.ioloop, tornado.web
from tornado.options import define, options, parse_command_line

define("port", default=8000, type=int)

class Main(tornado.web.RequestHandler):
    def get(self):
        said = self.get_argument("say", None)
        if said is not None:
            print(said, flush=True)
        self.write(json.dumps({"port": options.port, "from": self.request.remote_ip, "uid": os.getuid(),
                               "groups": os.getgroups(), "folder": os.getcwd(), "pid": os.getpid()}))

parse_command_line()
tornado.web.Application([(r"/", Main)]).listen(options.port, "127.0.0.1", xheaders=True)
tornado.ioloop.IOLoop.current().start()
`;

/** Lays out everything below the side's folder; the programs run as www-data where the runner is root. */
export async function layOutSite(side: Side): Promise<Site> {
  side.writeFile('www/main.py', MAIN_PY);
  for (const folder of ['log/tornado', 'tmp', 'nginx', 'conf.d'])
    mkdirSync(side.path(folder), { recursive: true });
  if (isRoot()) {
    const uid = Number((await side.command('id', ['-u', 'www-data'])).stdout);
    const gid = Number((await side.command('id', ['-g', 'www-data'])).stdout);
    for (const folder of ['log/tornado', 'nginx']) chownSync(side.path(folder), uid, gid);
  }
  const workers = [];
  for (let count = 0; count < NAMES.length; count += 1) workers.push(await side.freePort());
  const front = await side.freePort();
  side.writeFile('conf.d/tornado.conf', tornadoConfiguration(side, workers));
  side.writeFile('nginx/nginx.conf', nginxConfiguration(side, workers, front));
  return { workers, front, config: await mainConfiguration(side) };
}

/** The group and its programs, as people write them; `loglevel` is not a key of a program and does no harm. */
export function tornadoConfiguration(side: Side, workers: readonly number[], more = ''): string {
  const programs = NAMES.map(
    (name, index) => `[program:${name}]
command=${PYTHON} ${side.path('www/main.py')} --port=${workers[index]} --log_file_prefix=${side.path(`log/tornado/${name}.log`)}
directory=${side.path('www')}
${isRoot() ? 'user=www-data\n' : ''}autorestart=true
redirect_stderr=true
loglevel=info
${name === NAMES[3] ? more : ''}`,
  );
  return `[group:tornadoes]\nprograms=${NAMES.join(',')}\n\n${programs.join('\n')}`;
}

/** What `echo_supervisord_conf` prints, with the paths moved out of /tmp and the include turned on. */
async function mainConfiguration(side: Side): Promise<string> {
  const sample = (await side.command('echo_supervisord_conf', [])).stdout;
  const text = sample
    .replaceAll('/tmp/supervisor.sock', side.path('s.sock'))
    .replaceAll('/tmp/supervisord.log', side.path('main.log'))
    .replaceAll('/tmp/supervisord.pid', side.path('supervisord.pid'))
    .replace(/^;\[include\]$/m, '[include]')
    .replace(/^;files = .*$/m, `files = ${side.path('conf.d')}/*.conf`);
  return side.writeFile('supervisord.conf', text);
}

function nginxConfiguration(side: Side, workers: readonly number[], front: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${side.path('nginx')}/${kind};`,
  );
  return `daemon off;
${isRoot() ? 'user www-data;\n' : ''}worker_processes 1;
pid ${side.path('nginx/nginx.pid')};
error_log ${side.path('nginx/error.log')};
events { worker_connections 256; }
http {
  access_log off;
${temporary.join('\n')}
  upstream frontends {
${workers.map((port) => `    server 127.0.0.1:${port};`).join('\n')}
  }
  server {
    listen 127.0.0.1:${front};
    location / {
      proxy_pass_header Server;
      proxy_set_header Host $http_host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Scheme $scheme;
      proxy_next_upstream error timeout;
      proxy_pass http://frontends;
    }
  }
}
`;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
