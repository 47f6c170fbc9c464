// The tarball: an installation with links to its commands in bin/ and manual pages, which runs wherever it is unpacked.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../launchers.mjs';
import { root } from '../native.mjs';
import { makeFolder, makeTree } from './tree.mjs';

/** Writes `visord-VERSION-linux-ARCH.tar.xz`; returns its path. Options as those of `makeDeb`. */
export function makeTarball({ work, output, level, ...options }) {
  const name = `visord-${options.version}-linux-${options.arch}`;
  const parent = makeFolder(join(work, 'tarball'));
  const folder = join(parent, name);
  makeTree({ ...options, folder: join(folder, 'lib/visord') });
  mkdirSync(join(folder, 'bin'));
  for (const command of COMMANDS)
    symlinkSync(`../lib/visord/dist/bin/${command}`, join(folder, 'bin', command));
  cpSync(join(root, 'docs'), join(folder, 'share/doc/visord'), {
    recursive: true,
    filter: (path) => path !== join(root, 'docs', 'man'),
  });
  for (const page of readdirSync(join(root, 'docs/man'))) {
    const section = `man${page.slice(page.lastIndexOf('.') + 1)}`;
    cpSync(join(root, 'docs/man', page), join(folder, 'share/man', section, page));
  }
  for (const file of ['LICENSE', 'CHANGELOG.md']) cpSync(join(root, file), join(folder, file));
  mkdirSync(output, { recursive: true });
  const file = join(output, `${name}.tar.xz`);
  execFileSync('tar', ['-C', parent, '--owner=0', '--group=0', '--sort=name', '-cJf', file, name], {
    env: { ...process.env, XZ_OPT: `-${level} -T0` },
  });
  return file;
}
