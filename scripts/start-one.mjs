// Runs the daemon in the foreground on the sample configuration, and prints what to try with it.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './native.mjs';

const folder = mkdtempSync(join(tmpdir(), 'visord-'));
const port = await freePort();
const config = join(root, 'docs', 'sample', 'supervisord.conf');
const command = (name) => join(root, 'dist', 'bin', name);
const call = '<methodCall><methodName>supervisor.getAllProcessInfo</methodName></methodCall>';

console.log(`visord runs ${config}

In a browser: http://127.0.0.1:${port}/ (user sample, password sample)
From another terminal:
  ${command('supervisorctl')} -s unix://${folder}/supervisor.sock status
  curl -d '${call}' http://sample:sample@127.0.0.1:${port}/RPC2
  curl --unix-socket ${folder}/web-0.sock http://localhost/
Logs: ${folder}
Ctrl-C stops everything.
`);

// In a session of its own: the terminal and npm both send a Ctrl-C on, and the daemon shall receive one.
const daemon = spawn(command('supervisord'), ['-n', '-c', config], {
  stdio: 'inherit',
  detached: true,
  env: {
    ...process.env,
    VISORD_SAMPLE: folder,
    VISORD_SAMPLE_PORT: String(port),
    VISORD_NODE: process.execPath,
  },
});
let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    // The terminal is closed: nothing is left to restart for.
    daemon.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
  });
}
daemon.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
