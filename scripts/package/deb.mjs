// The Debian package: the installation is /usr/lib/visord, with links to its commands in /usr/bin. It takes the place of
// Debian's package supervisor by diversions (debian/preinst), and both can be installed, in any order.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { COMMANDS } from '../launchers.mjs';
import { root } from '../native.mjs';
import { makeFolder, makeTree } from './tree.mjs';

const templates = join(dirname(fileURLToPath(import.meta.url)), 'debian');
const SCRIPTS = ['preinst', 'postinst', 'prerm', 'postrm'];
const CONFIG = 'etc/supervisor/supervisord.conf';
const INSTALLATION = 'usr/lib/visord';
const MAINTAINER = 'visord authors <visord@users.noreply.github.com>';

/** Architectures as Debian calls them. */
export const DEBIAN_ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

/**
 * Writes `visord_VERSION_ARCH.deb`; returns its path.
 *
 * @param {object} options as those of `makeTree`, and:
 * @param {string} options.work folder that is emptied
 * @param {string} options.output folder of the package
 * @param {string} options.host folder of an installation for this machine, whose visord writes the service files
 * @param {number} options.level of xz
 */
export function makeDeb({ work, output, host, level, ...options }) {
  const { arch, version } = options;
  const stage = makeFolder(join(work, 'deb'));
  const installation = join(stage, INSTALLATION);
  makeTree({ ...options, folder: installation });
  for (const name of COMMANDS) link(stage, `usr/bin/${name}`, `../lib/visord/dist/bin/${name}`);
  addServiceFiles(stage, host);
  addDocuments(stage, options);
  put(stage, 'usr/share/visord/supervisord.conf', readFileSync(join(templates, 'supervisord.conf')));
  put(stage, 'usr/share/lintian/overrides/visord', readFileSync(join(templates, 'lintian-overrides')));
  for (const folder of ['etc/supervisor/conf.d', 'var/log/supervisor']) {
    mkdirSync(join(stage, folder), { recursive: true, mode: 0o755 });
  }
  addControl(stage, options);
  mkdirSync(output, { recursive: true });
  const file = join(output, `visord_${version}_${DEBIAN_ARCHITECTURES[arch]}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', `-z${level}`, '--build', stage, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return file;
}

function put(stage, path, content, mode = 0o644) {
  const file = join(stage, path);
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
  writeFileSync(file, content, { mode });
}

function link(stage, path, target) {
  mkdirSync(dirname(join(stage, path)), { recursive: true, mode: 0o755 });
  symlinkSync(target, join(stage, path));
}

/** Those of `visord install-service`, for this system in the stage. */
function addServiceFiles(stage, host) {
  put(stage, CONFIG, readFileSync(join(templates, 'supervisord.conf')));
  const commands = join(stage, 'usr/bin');
  const service = (manager) => {
    const args = ['install-service', manager, '--dry-run', '--commands', commands, '--root', stage];
    const text = execFileSync(join(host, 'dist/bin/visord'), [...args, '--config', `/${CONFIG}`], {
      encoding: 'utf8',
    });
    return text.slice(text.indexOf('\n') + 1);
  };
  const unit = service('--systemd').replace(/^WantedBy=.*$/m, '$&\nAlias=supervisor.service');
  put(stage, 'usr/lib/systemd/system/visord.service', unit);
  put(stage, 'etc/init.d/visord', service('--sysv'), 0o755);
  rmSync(join(stage, CONFIG));
}

function addDocuments(stage, { version }) {
  const compressed = (text) => gzipSync(text, { level: 9 });
  const documents = 'usr/share/doc/visord';
  put(stage, `${documents}/changelog.gz`, compressed(debianChangelog(version)));
  put(stage, `${documents}/NEWS.gz`, compressed(readFileSync(join(root, 'CHANGELOG.md'))));
  put(stage, `${documents}/copyright`, copyright());
  const pages = join(root, 'docs', 'man');
  for (const name of readdirSync(pages)) {
    const section = name.slice(name.lastIndexOf('.') + 1);
    put(stage, `usr/share/man/man${section}/${name}.gz`, compressed(readFileSync(join(pages, name))));
  }
  for (const name of readdirSync(join(root, 'docs/schema'))) {
    put(stage, `${documents}/${name}`, readFileSync(join(root, 'docs/schema', name)));
  }
}

/** The changes themselves are in CHANGELOG.md. */
function debianChangelog(version) {
  const epoch = Number(process.env.SOURCE_DATE_EPOCH) * 1000 || Date.now();
  const date = new Date(epoch).toUTCString().replace('GMT', '+0000');
  return `visord (${version}) stable; urgency=medium

  * Version ${version}: see NEWS.gz.

 -- ${MAINTAINER}  ${date}
`;
}

function copyright() {
  return `visord
======

${readFileSync(join(root, 'LICENSE'), 'utf8')}
Node.js
=======

The licenses of Node.js, and of what it contains, are in
/usr/lib/visord/node/LICENSE.
`;
}

function addControl(stage, { arch, version, addon, runtime }) {
  const control = join(stage, 'DEBIAN');
  mkdirSync(control, { mode: 0o755 });
  const files = filesBelow(stage).filter((path) => !path.startsWith('DEBIAN/'));
  const kilobytes = files.reduce((sum, path) => sum + Math.ceil(statSync(join(stage, path)).size / 1024), 0);
  put(
    control,
    'control',
    `Package: visord
Version: ${version}
Architecture: ${DEBIAN_ARCHITECTURES[arch]}
Maintainer: ${MAINTAINER}
Installed-Size: ${kilobytes}
Pre-Depends: init-system-helpers (>= 1.54~)
Depends: libc6 (>= ${newestGlibc([runtime.node, addon])}), libgcc-s1, libstdc++6
Suggests: supervisor
Section: admin
Priority: optional
Homepage: https://github.com/visord/visord
Description: process supervisor, a drop-in replacement for supervisord
 visord reads the configuration of supervisord, speaks its XML-RPC, writes its
 logs and has its commands. Programs go on when the daemon is upgraded or
 killed.
 .
 The package holds its own Node.js. It can be installed beside the package
 supervisor, whose commands are diverted meanwhile.
`,
  );
  put(control, 'conffiles', '/etc/init.d/visord\n');
  const sums = files.map((path) => {
    const sum = createHash('md5')
      .update(readFileSync(join(stage, path)))
      .digest('hex');
    return `${sum}  ${path}\n`;
  });
  put(control, 'md5sums', sums.filter((line) => !line.includes('  etc/')).join(''));
  const functions = readFileSync(join(templates, 'functions'), 'utf8');
  for (const name of SCRIPTS) {
    const text = readFileSync(join(templates, name), 'utf8').replace('#FUNCTIONS#\n', () => functions);
    put(control, name, text, 0o755);
  }
}

/** Regular files, by their paths below the folder. */
function filesBelow(folder, prefix = '') {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = join(prefix, entry.name);
    return entry.isDirectory() ? filesBelow(folder, path) : entry.isFile() ? [path] : [];
  });
}

/** The newest version of the C library that a symbol of the files needs, as `2.36`. */
function newestGlibc(files) {
  const minors = files
    .filter((file) => existsSync(file))
    .flatMap((file) => [...readFileSync(file, 'latin1').matchAll(/\bGLIBC_2\.(\d+)\b/g)])
    .map(([, minor]) => Number(minor));
  if (minors.length === 0) throw new Error(`no symbols of glibc in ${files.map((file) => basename(file))}`);
  return `2.${Math.max(...minors)}`;
}
