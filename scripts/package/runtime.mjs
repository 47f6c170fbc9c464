// The Node.js that the packages hold: the build of the npm package node-linux-ARCH, fetched by npm, checked against the
// hash below, and kept in node_modules/.cache.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../native.mjs';

export const NODE_VERSION = '24.21.0';

const SHA512 = {
  x64: '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  arm64: 'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

/** A binary without symbols is a quarter smaller. */
const STRIP = { x64: 'x86_64-linux-gnu-strip', arm64: 'aarch64-linux-gnu-strip' };

/**
 * @returns paths of the binary and of its license
 * @throws Error where it cannot be fetched, or is not what is expected
 */
export function nodeRuntime(arch, say) {
  const folder = join(root, 'node_modules', '.cache', 'node-runtime', `${NODE_VERSION}-${arch}`);
  const runtime = { node: join(folder, 'node'), license: join(folder, 'LICENSE') };
  if (existsSync(runtime.node)) return runtime;
  say(`fetching node-linux-${arch}@${NODE_VERSION}`);
  const work = `${folder}.new`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  execFileSync('npm', ['pack', '--silent', `node-linux-${arch}@${NODE_VERSION}`], {
    cwd: work,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const archive = join(work, `node-linux-${arch}-${NODE_VERSION}.tgz`);
  const hash = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (hash !== SHA512[arch]) throw new Error(`${archive} is not the build that is expected: sha512 ${hash}`);
  execFileSync('tar', ['xzf', archive, '--strip-components=1', 'package/bin/node', 'package/LICENSE'], {
    cwd: work,
  });
  rmSync(archive);
  renameSync(join(work, 'bin', 'node'), join(work, 'node'));
  rmSync(join(work, 'bin'), { recursive: true });
  chmodSync(join(work, 'node'), 0o755);
  const strip = [STRIP[arch], ...(arch === process.arch ? ['strip'] : [])].find(
    (command) => spawnSync(command, ['--version']).status === 0,
  );
  if (strip === undefined) say(`${STRIP[arch]} is missing: the runtime keeps its symbols`);
  else execFileSync(strip, ['--strip-unneeded', join(work, 'node')]);
  renameSync(work, folder);
  return runtime;
}
