// Runs three daemons on the sample configuration, each in a folder of its own, and prints how to control them as one.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './native.mjs';

const NODES = ['app1', 'app2', 'app3'];

const folder = mkdtempSync(join(tmpdir(), 'visord-fleet-'));
const command = (name) => join(root, 'dist', 'bin', name);
const sample = join(root, 'docs', 'sample', 'supervisord.conf');
const nodes = [];
for (const name of NODES) {
  const home = join(folder, name);
  mkdirSync(home);
  nodes.push({ name, home, port: await freePort() });
}
const client = join(folder, 'fleet.conf');
writeFileSync(
  client,
  `[supervisorctl]
serverurl = unix://${folder}/${NODES[0]}/supervisor.sock

[fleet]
name = sample
nodes = ${nodes.map(({ name, port }) => `${name}=http://127.0.0.1:${port}`).join(', ')}
username = sample
password = sample
`,
);

// Sessions of their own: the terminal and npm both send a Ctrl-C on, and each daemon shall receive one.
const daemons = nodes.map(({ home, port }) =>
  spawn(command('supervisord'), ['-n', '-c', sample], {
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
    env: {
      ...process.env,
      VISORD_SAMPLE: home,
      VISORD_SAMPLE_PORT: String(port),
      VISORD_NODE: process.execPath,
    },
  }),
);
const ended = daemons.map((daemon) => new Promise((resolve) => daemon.on('exit', resolve)));
let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    for (const daemon of daemons) daemon.kill('SIGTERM');
  });
}

const ctl = `${command('supervisorctl')} -c ${client}`;
console.log(`three daemons run ${sample}

From another terminal:
  ${ctl} --fleet status
  ${ctl} stop 'app2/web:*'
  ${ctl} --fleet restart --rolling --max-unavailable 1 web
  ${ctl} logs '*/jobs:worker'
  ${ctl} --fleet                     (a session)
In a browser (user sample, password sample): ${nodes.map(({ port }) => `http://127.0.0.1:${port}/`).join(' ')}
Logs: ${folder}/app1 and so on. docs/fleet.md explains more.
Ctrl-C stops everything.
`);
const codes = await Promise.all(ended);
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
