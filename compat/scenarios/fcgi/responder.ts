/**
 * A FastCGI responder in Perl, by the library that the web uses, and nginx before it.
 *
 * @module
 */
import { chownSync, mkdirSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { findCommand } from '../../harness/needs.ts';
import type { Side } from '../../scenario.ts';

/** Answers with its name; waits on request, so that others have to take the next request. */
const RESPONDER = `use strict; use warnings; use FCGI;
my $name = $ENV{SUPERVISOR_PROCESS_NAME};
my $count = 0;
open(my $log, '>&', \\*STDERR);
my $request = FCGI::Request(\\*STDIN, \\*STDOUT, \\*STDERR);
while ($request->Accept() >= 0) {
  $count++;
  select(undef, undef, undef, $1) if $ENV{QUERY_STRING} =~ /wait=([\\d.]+)/;
  print "Content-Type: application/json\\r\\n\\r\\n";
  print qq({"name":"$name","pid":$$,"uid":$>,"count":$count,"path":"$ENV{SCRIPT_NAME}"}\\n);
  syswrite($log, "served $count\\n") if $ENV{QUERY_STRING} =~ /tell/;
}
`;

/** What a responder reports about itself. */
export interface Served {
  readonly name: string;
  readonly pid: number;
  readonly uid: number;
  readonly count: number;
  readonly path: string;
}

export const isRoot = process.getuid?.() === 0;

/** Writes the program and returns its command. */
export function writeResponder(side: Side): string {
  return `${findCommand('perl')} ${side.writeFile('responder.pl', RESPONDER)}`;
}

/** One location for each name; the address is what stands behind `server` in an upstream. */
export async function startNginx(
  side: Side,
  upstreams: Readonly<Record<string, string>>,
): Promise<{ readonly front: number; readonly stop: () => Promise<void> }> {
  const front = await side.freePort();
  mkdirSync(side.path('nginx'), { recursive: true });
  if (isRoot) {
    const uid = Number((await side.command('id', ['-u', 'www-data'])).stdout);
    chownSync(side.path('nginx'), uid, -1);
  }
  side.writeFile('nginx/nginx.conf', configuration(side, upstreams, front));
  const nginx = side.command('nginx', ['-p', side.path('nginx'), '-c', side.path('nginx/nginx.conf')], {
    seconds: 600,
  });
  await side.waitFor('nginx listens', async () => (await ask(front, '/')) === 'status 404');
  return {
    front,
    stop: async () => {
      process.kill(Number(side.readFile('nginx/nginx.pid')), 'SIGTERM');
      await nginx;
    },
  };
}

/** A process that ends in the middle costs its connection: the next one gets the request, as usual for sites. */
function configuration(side: Side, upstreams: Readonly<Record<string, string>>, front: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${side.path('nginx')}/${kind};`,
  );
  const pools = Object.entries(upstreams).map(
    ([name, address]) => `  upstream ${name} {\n${`    server ${address} max_fails=0;\n`.repeat(3)}  }`,
  );
  const locations = Object.keys(upstreams).map(
    (name) => `    location /${name} {
      fastcgi_pass ${name};
      fastcgi_param SCRIPT_NAME $document_uri;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
    }`,
  );
  return `daemon off;
${isRoot ? 'user www-data;\n' : ''}worker_processes 1;
pid ${side.path('nginx/nginx.pid')};
error_log ${side.path('nginx/error.log')};
events { worker_connections 256; }
http {
  access_log off;
${temporary.join('\n')}
${pools.join('\n')}
  server {
    listen 127.0.0.1:${front};
    location / { return 404; }
${locations.join('\n')}
  }
}
`;
}

/** The result of one request: the answer of the responder, or the status. */
export function ask(front: number, path: string): Promise<Served | string> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port: front, path, agent: new Agent(), timeout: 30_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error) => resolve(String(error)));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve(
            response.statusCode === 200 ? (JSON.parse(text) as Served) : `status ${response.statusCode}`,
          );
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer in 30 s')));
    request.on('error', (error) => resolve(String(error)));
  });
}

/** Sends requests until `end`, which returns the answers that were failures. */
export function keepAsking(front: number, path: string): { readonly end: () => Promise<string[]> } {
  const failures: string[] = [];
  let isGoing = true;
  const loop = (async () => {
    while (isGoing) {
      const answer = await ask(front, path);
      if (typeof answer === 'string') failures.push(answer);
    }
  })();
  return {
    end: async () => {
      isGoing = false;
      await loop;
      return failures;
    },
  };
}
