// Runs the tests of what depends on the version of Node.js on several of them, which npm's package node-linux-ARCH
// brings. They are kept in node_modules/.cache/nodes. Usage: npm run test:nodes [-- VERSION...]
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './native.mjs';

/** The first two are refused. */
const VERSIONS = ['12', '18', '20', '22', '24', '26'];

const cache = join(root, 'node_modules', '.cache', 'nodes');
const wanted = process.argv.slice(2).length > 0 ? process.argv.slice(2) : VERSIONS;
const nodes = wanted.map(fetchNode);
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', 'test/e2e/node-versions.test.ts'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, VISORD_TEST_NODES: nodes.join(':') } },
);
process.exitCode = status ?? 1;

/** Returns the path of the program. */
function fetchNode(version) {
  const folder = join(cache, version);
  const program = join(folder, 'package', 'bin', 'node');
  if (existsSync(program)) return program;
  console.error(`fetching Node.js ${version}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync('npm', ['pack', '--silent', `node-linux-${process.arch}@${version}`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [archive] = readdirSync(folder);
  execFileSync('tar', ['-xzf', archive, 'package/bin/node'], { cwd: folder });
  rmSync(join(folder, archive));
  return program;
}
