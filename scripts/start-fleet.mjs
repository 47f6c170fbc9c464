// Runs three daemons on the sample configuration, each in a folder of its own, and prints how to control them as one. With
// etcd, installed or unpacked, they also agree which of them runs a program.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
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
const etcd = await startEtcd();
const configs = nodes.map(({ name, home }) => (etcd === null ? sample : configuration(name, home)));
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
const daemons = nodes.map(({ home, port }, index) =>
  spawn(command('supervisord'), ['-n', '-c', configs[index]], {
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

${etcd === null ? 'etcd is not installed (Debian: etcd-server), so each program runs on each of them\n\n' : ''}From another terminal:
  ${ctl} --fleet status
  ${ctl} stop 'app2/web:*'
  ${ctl} --fleet restart --rolling --max-unavailable 1 web
  ${ctl} logs '*/jobs:worker'
  ${ctl} --fleet                     (a session)
${etcd === null ? '' : failoverHelp()}In a browser (user sample, password sample): ${nodes.map(({ port }) => `http://127.0.0.1:${port}/`).join(' ')}
Logs: ${folder}/app1 and so on. docs/fleet.md explains more.
Ctrl-C stops everything.
`);
const codes = await Promise.all(ended);
etcd?.process.kill('SIGTERM');
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;

/** One member; null without etcd. */
async function startEtcd() {
  const folders = [
    join(root, 'node_modules/.cache/debian/etcd/bin'),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const file = folders.map((each) => join(each, 'etcd')).find(existsSync);
  if (file === undefined) return null;
  const url = `http://127.0.0.1:${await freePort()}`;
  const peers = `http://127.0.0.1:${await freePort()}`;
  const options = {
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': url,
    'advertise-client-urls': url,
    'listen-peer-urls': peers,
    'initial-advertise-peer-urls': peers,
    'initial-cluster': `default=${peers}`,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  return { url, process: spawn(file, args, { stdio: 'ignore', detached: true }) };
}

/** The sample, and a program that runs on one of the nodes. */
function configuration(name, home) {
  const file = join(home, 'supervisord.conf');
  const text = readFileSync(sample, 'utf8').replaceAll('%(here)s', join(root, 'docs', 'sample'));
  writeFileSync(
    file,
    `${text}
[fleet]
name = sample
engine = ${etcd.url.replace('http:', 'etcd:')}
node = ${name}
lease_seconds = 6

[program:importer]
command = sleep 100000
run_on = one
prefer_nodes = ${NODES[0]}
stopwaitsecs = 1
stdout_logfile = NONE
stderr_logfile = NONE
`,
  );
  return file;
}

function failoverHelp() {
  const first = nodes[0].home;
  return `
importer runs on one of the three (docs/failover.md):
  ${ctl} --fleet status importer
  ${ctl} move importer ${NODES[1]}
  ${ctl} drain ${NODES[1]}
  kill $(cat ${first}/supervisord.pid)   (another daemon starts it)

`;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
