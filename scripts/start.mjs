// Runs the daemon in the foreground on the sample configuration and says how to talk to it.
import { existsSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'visord-'));
const port = await freePort();
const config = join(root, 'docs', 'sample', 'supervisord.conf');

process.env.VISORD_SAMPLE = folder;
process.env.VISORD_SAMPLE_PORT = String(port);
process.env.VISORD_NODE = process.execPath;

const stockClient = ['/usr/bin/supervisorctl', '/usr/local/bin/supervisorctl'].find((file) =>
  existsSync(file),
);
const client = stockClient ?? `node ${join(root, 'dist', 'bin', 'supervisorctl.cjs')}`;
const call = '<methodCall><methodName>supervisor.getAllProcessInfo</methodName></methodCall>';
console.log(`visord runs ${config}

From another terminal:
  ${client} -s unix://${folder}/supervisor.sock status
  curl --unix-socket ${folder}/supervisor.sock -d '${call}' http://localhost/RPC2
  curl --unix-socket ${folder}/web-0.sock http://localhost/
Over the network: http://127.0.0.1:${port}/RPC2, user sample, password sample
Logs: ${folder}
Ctrl-C stops everything.
`);

const command = join(root, 'dist', 'bin', 'supervisord.cjs');
process.argv.splice(1, process.argv.length, command, '-n', '-c', config);
createRequire(import.meta.url)(command);

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
