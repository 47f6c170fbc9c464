// Debian packages without installing them: fetched with package lists of their own, unpacked below node_modules/.cache,
// and run from there. Works as a plain user and touches nothing else on the machine.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';

/** Part of the key that shows whether a folder is up to date. A change of the layout needs another number. */
const LAYOUT = 2;
/** Nothing runs from these. */
const HEADERS = 'usr/include';
const UNUSED = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/ri', HEADERS];
const PYTHON = '/usr/bin/python3';

/**
 * Unpacks the packages, and everything that they depend on beyond a minimal Debian, into `folder`:
 *
 *     root/     the packages' own files
 *     bin/      the commands that are named here, with their libraries on the path; python3 and perl with the modules
 *     manifest.json   versions by package
 *
 * Does nothing where that is done already. Packages that this distribution does not have are left out.
 *
 * @param {object} options
 * @param {string} options.folder
 * @param {Readonly<Record<string, readonly string[]>>} options.packages the commands that are wanted, by package
 * @param {string | null} [options.foreign] another architecture, as `arm64`: nothing of it runs here, and headers are kept
 * @param {(text: string) => void} options.say
 * @returns {string | null} why the packages cannot be used; null if they can
 */
export function unpackDebianPackages({ folder, packages, foreign = null, say }) {
  const names = Object.keys(packages);
  const commands = Object.values(packages).flat();
  const key = createHash('sha256')
    .update(JSON.stringify([LAYOUT, packages, ...(foreign === null ? [] : [foreign])]))
    .digest('hex');
  const manifest = readManifest(folder);
  if (manifest?.key === key) {
    if (manifest.folder !== folder) {
      // The checkout was copied or moved: the commands have the old path in them.
      writeCommands(folder, commands, folder);
      writeManifest(folder, { ...manifest, folder });
    }
    return null;
  }
  const needed = ['apt-get', 'apt-config', 'dpkg-deb', basename(PYTHON)];
  const missing = needed.filter((command) => !existsSync(`/usr/bin/${command}`));
  if (missing.length > 0) {
    return `this machine has no ${missing.join(', ')}`;
  }
  const work = `${folder}.new`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    say(`fetching Debian packages: ${names.join(', ')}`);
    const apt = prepareApt(work, foreign);
    apt('update');
    if (!hasPackageLists(work)) {
      return 'the package lists cannot be fetched';
    }
    const wanted = installable(apt, names);
    if (wanted.length === 0) {
      return 'the distribution has none of them';
    }
    const left = names.filter((name) => !wanted.includes(name));
    if (left.length > 0) {
      say(`this distribution does not have: ${left.join(', ')}`);
    }
    apt('install', '--download-only', ...wanted);
    const unused = foreign === null ? UNUSED : UNUSED.filter((name) => name !== HEADERS);
    const versions = unpackArchives(join(work, 'apt', 'archives'), join(work, 'root'), unused);
    rmSync(join(work, 'apt'), { recursive: true, force: true });
    writeCommands(work, commands, folder);
    writeManifest(work, { key, folder, versions });
    rmSync(folder, { recursive: true, force: true });
    renameSync(work, folder);
    return null;
  } catch (error) {
    const text = String(error.stderr ?? '').trim() || String(error);
    return text.split('\n').slice(-3).join('; ');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function writeManifest(folder, manifest) {
  writeAnew(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
}

function readManifest(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  } catch {
    return null;
  }
}

/** apt with lists, archives and a list of installed packages of its own; returns a function that runs it. */
function prepareApt(work, foreign) {
  const home = join(work, 'apt');
  for (const name of ['lists/partial', 'archives/partial']) {
    mkdirSync(join(home, name), { recursive: true });
  }
  writeFileSync(join(home, 'status'), foreign === null ? minimalStatus() : '');
  const file = join(home, 'apt.conf');
  // Proxies and certificates are the machine's; its hooks are not run.
  const kept = execFileSync('apt-config', ['dump'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => /^(Acquire::|APT::Architecture|APT::Default-Release)/.test(line))
    .filter((line) => foreign === null || !line.startsWith('APT::Architecture'));
  const own = {
    'Dir::State': home,
    'Dir::State::lists': join(home, 'lists'),
    'Dir::State::status': join(home, 'status'),
    'Dir::State::extended_states': join(home, 'extended_states'),
    'Dir::Cache': home,
    'Dir::Cache::archives': join(home, 'archives'),
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    'Dir::Log': home,
    'Dir::Etc::main': '/dev/null',
    'Dir::Etc::parts': '/dev/null',
    'APT::Sandbox::User': '',
    'APT::Install-Recommends': 'false',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'Acquire::http::Timeout': '20',
    'Debug::NoLocking': 'true',
    'Dpkg::Use-Pty': 'false',
    ...(foreign === null ? {} : { 'APT::Architecture': foreign, 'APT::Architectures': foreign }),
  };
  const lines = Object.entries(own).map(([name, value]) => `${name} "${value}";`);
  writeFileSync(file, `${[...kept, ...lines].join('\n')}\n`);
  return (...args) =>
    execFileSync('apt-get', ['-qq', '-y', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, APT_CONFIG: file, LC_ALL: 'C' },
    });
}

/** Without a network `apt-get update` succeeds, and fetches nothing. */
function hasPackageLists(work) {
  return readdirSync(join(work, 'apt', 'lists')).some((name) => /_Packages(\.\w+)?$/.test(name));
}

/**
 * The machine's installed packages, but only those of a minimal Debian with Python and Perl: what else happens to be
 * installed is not relied upon, so that every machine runs the same.
 */
function minimalStatus() {
  const packages = readFileSync('/var/lib/dpkg/status', 'utf8')
    .split('\n\n')
    .filter((record) => /^Status: .* installed$/m.test(record))
    .map((record) => ({
      record: record.trim(),
      name: field(record, 'Package'),
      isBase:
        field(record, 'Essential') === 'yes' ||
        /^(required|important)$/.test(field(record, 'Priority')) ||
        /^(python3|perl)$/.test(field(record, 'Package')),
      provides: names(field(record, 'Provides')),
      dependencies: names(`${field(record, 'Pre-Depends')},${field(record, 'Depends')}`),
    }));
  const providers = new Map();
  for (const one of packages) {
    for (const name of [one.name, ...one.provides]) {
      providers.set(name, [...(providers.get(name) ?? []), one]);
    }
  }
  const kept = new Set(packages.filter(({ isBase }) => isBase));
  // A set grows while it is walked, and the walk goes on to what was added.
  for (const { dependencies } of kept) {
    for (const provider of dependencies.flatMap((name) => providers.get(name) ?? [])) {
      kept.add(provider);
    }
  }
  return `${[...kept].map(({ record }) => record).join('\n\n')}\n`;
}

function field(record, name) {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(record)?.[1] ?? '';
}

/** The names in a dependency field, without versions; alternatives count as well. */
function names(list) {
  return list
    .split(/[,|]/)
    .map((item) => item.trim().split(/[ (:]/)[0])
    .filter((name) => name !== '');
}

function installable(apt, wanted) {
  const canInstall = (list) => {
    try {
      apt('install', '--simulate', ...list);
      return true;
    } catch {
      return false;
    }
  };
  return canInstall(wanted) ? wanted : wanted.filter((name) => canInstall([name]));
}

/** @returns versions by package name */
function unpackArchives(archives, root, unused) {
  mkdirSync(root, { recursive: true });
  const versions = {};
  for (const name of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
    const file = join(archives, name);
    execFileSync('dpkg-deb', ['-x', file, root], { stdio: ['ignore', 'ignore', 'pipe'] });
    const control = execFileSync('dpkg-deb', ['--field', file, 'Package', 'Version'], { encoding: 'utf8' });
    versions[field(control, 'Package')] = field(control, 'Version');
  }
  for (const name of unused) {
    rmSync(join(root, name), { recursive: true, force: true });
  }
  return versions;
}

/** Commands that run where they are unpacked. `final` is where the folder `work` will be. */
function writeCommands(work, commands, final) {
  const bin = join(work, 'bin');
  const root = join(work, 'root');
  for (const name of ['bin', 'lib', 'pyvenv.cfg']) {
    rmSync(join(work, name), { recursive: true, force: true });
  }
  mkdirSync(bin);
  writePythonEnvironment(work);
  const libraries = { LD_LIBRARY_PATH: existing(root, ['usr/lib/*-linux-gnu', 'usr/lib']) };
  // What PostgreSQL has in /usr/bin only finds the programs of an installed version.
  const commandFolders = existing(root, ['usr/lib/postgresql/*/bin', 'usr/bin', 'usr/sbin']).map((path) =>
    path.slice('@ROOT@/'.length),
  );
  for (const name of commands) {
    const folder = commandFolders.find((one) => existsSync(join(root, one, name)));
    if (folder === undefined) {
      continue; // Its package is one that the distribution does not have.
    }
    const start = firstBytes(join(root, folder, name));
    if (/^#!\s*\/usr\/bin\/python3\b/.test(start)) {
      const text = readFileSync(join(root, folder, name), 'utf8');
      writeExecutable(join(bin, name), text.replace(/^#!.*/, shebang(join(final, 'bin', 'python3'))));
    } else {
      const variables = name === 'ruby' ? { ...libraries, ...rubyVariables(root) } : libraries;
      writeWrapper(bin, name, `@ROOT@/${folder}/${name}`, variables);
    }
  }
  const modules = existing(root, [
    'usr/share/perl5',
    'usr/lib/*-linux-gnu/perl5/*',
    'usr/lib/*-linux-gnu/perl5',
  ]);
  if (modules.length > 0 && existsSync('/usr/bin/perl')) {
    writeWrapper(bin, 'perl', '/usr/bin/perl', { ...libraries, PERL5LIB: modules });
  }
}

function rubyVariables(root) {
  return {
    RUBYLIB: existing(root, [
      'usr/lib/ruby/vendor_ruby',
      'usr/lib/*-linux-gnu/ruby/vendor_ruby/*',
      'usr/lib/ruby/[0-9]*',
      'usr/lib/*-linux-gnu/ruby/[0-9]*',
    ]),
    GEM_PATH: existing(root, ['usr/share/rubygems-integration/*', 'usr/lib/ruby/gems/*']),
  };
}

/** `bin/python3` sees the unpacked modules before the machine's own, without a variable that its children inherit. */
function writePythonEnvironment(work) {
  symlinkSync(PYTHON, join(work, 'bin', 'python3'));
  writeFileSync(join(work, 'pyvenv.cfg'), 'home = /usr/bin\ninclude-system-site-packages = true\n');
  const version = execFileSync(PYTHON, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
    encoding: 'utf8',
  }).trim();
  const site = join(work, 'lib', `python${version}`, 'site-packages');
  mkdirSync(site, { recursive: true });
  writeFileSync(join(site, 'debian.pth'), '../../../root/usr/lib/python3/dist-packages\n');
}

/** The kernel takes no blank in an interpreter's path, and 127 bytes at most; then the shell starts it. */
function shebang(interpreter) {
  return /\s/.test(interpreter) || interpreter.length > 120
    ? `#!/bin/sh\n'''exec' "${interpreter}" "$0" "$@"\n' '''`
    : `#!${interpreter}`;
}

/** A command with lists of folders in variables; `@ROOT@` is the folder of the unpacked files, wherever it stands. */
function writeWrapper(bin, name, file, variables) {
  const settings = Object.entries(variables).map(([key, folders]) => `export ${key}="${folders.join(':')}"`);
  const lines = ['#!/bin/sh', ...settings, `exec "${file}" "$@"`];
  writeExecutable(join(bin, name), `${lines.join('\n')}\n`.replaceAll('@ROOT@', '$' + '{0%/*}/../root'));
}

function writeExecutable(file, text) {
  writeAnew(file, text);
  chmodSync(file, 0o755);
}

/** Not into a file that is there: copies of a checkout may share it as a hard link. */
function writeAnew(file, text) {
  rmSync(file, { force: true });
  writeFileSync(file, text);
}

/** Folders below the root that match, as `@ROOT@/usr/lib/…`; a `*` stands for any part of one name. */
function existing(root, patterns) {
  return patterns.flatMap((pattern) => {
    let found = [''];
    for (const part of pattern.split('/')) {
      const matcher = new RegExp(`^${part.replaceAll('*', '.*')}$`);
      found = found.flatMap((parent) => {
        const folder = join(root, parent);
        const inside = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
        return inside
          .filter((entry) => entry.isDirectory() && matcher.test(entry.name))
          .map((entry) => join(parent, entry.name));
      });
    }
    return found.map((name) => `@ROOT@/${name}`);
  });
}

function firstBytes(file) {
  const bytes = Buffer.alloc(64);
  try {
    const descriptor = openSync(file, 'r');
    readSync(descriptor, bytes, 0, bytes.length, 0);
    closeSync(descriptor);
  } catch {
    // A link to something that is not unpacked.
  }
  return bytes.toString('latin1');
}
