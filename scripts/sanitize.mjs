// Runs the addon under AddressSanitizer and UBSan: its own tests, and a daemon that is tortured. The sanitized package is
// a copy in node_modules/.cache. Arguments are those of the torture. One line, and exit code 0, where the compiler has no
// sanitizers.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ADDON, compileAddon, firstCompiler, root } from './native.mjs';

const SANITIZE = [
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=all',
  '-fno-omit-frame-pointer',
  '-g',
  '-O1',
];

/** Tests that start programs which cannot have the sanitizer loaded, as valgrind; and one that needs no addon at all. */
const NOT_SANITIZED = ['core.test.ts', 'launch.test.ts'];
const OTHER_TESTS = '^(?!.*without a compiled addon)';

/** Everything in which native code has a part, and that needs no other library in front of the sanitizer's. */
const FAULTS = [
  'kill-',
  'upgrade',
  'flood',
  'reloads',
  'stop-',
  'folder-',
  'log-',
  'no-descriptors',
  'exec-',
  'exit-at-once',
  'leave',
  'restart-some',
  'clean-',
];

const folder = join(root, 'node_modules/.cache/sanitized');
const reports = join(folder, 'reports');

const compiler = firstCompiler([...(process.env.CC ? [[process.env.CC]] : []), ['cc'], ['gcc'], ['clang']]);
const library = compiler === null ? null : sanitizerLibrary(compiler);
if (library === null) {
  console.log(
    'sanitize: skipped, the C compiler has no AddressSanitizer (Debian: apt-get install gcc libasan8 libubsan1)',
  );
} else {
  process.exitCode = sanitize(compiler, library);
}

/** The path of the library that has to be loaded before the addon, or null. */
function sanitizerLibrary([command]) {
  const { status } = spawnSync(
    command,
    [...SANITIZE, '-shared', '-fPIC', '-x', 'c', '-o', '/dev/null', '-'],
    {
      input: 'int answer(void) { return 42; }\n',
    },
  );
  const path = execFileSync(command, ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim();
  return status === 0 && path.startsWith('/') && existsSync(path) ? path : null;
}

function sanitize([command, ...options], preloaded) {
  makePackage();
  const spawning = 'src/native/core_spawn.c';
  compileAddon([command, ...options, ...SANITIZE], join(folder, 'build/Release', ADDON), {
    isStripped: false,
    objects: { [spawning]: objectOf([command, ...options], spawning) },
  });
  const variables = {
    LD_PRELOAD: preloaded,
    // Node.js ends without giving its memory back, and is not built with the sanitizer.
    ASAN_OPTIONS: `detect_leaks=0:verify_asan_link_order=0:abort_on_error=0:exitcode=99:log_path=${reports}/report`,
    UBSAN_OPTIONS: `print_stacktrace=1:log_path=${reports}/report`,
  };
  const tests = readdirSync(join(root, 'test/native'))
    .filter((name) => name.endsWith('.test.ts') && !NOT_SANITIZED.includes(name))
    .map((name) => join('test/native', name));
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const tested = run([process.execPath, vitest, 'run', '--testNamePattern', OTHER_TESTS, ...tests], {
    ...variables,
    VISORD_PREBUILD: folder,
  });

  const inEnvironment = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const daemon = ['env', ...inEnvironment, join(folder, 'dist/bin/supervisord')].join(' ');
  const given = process.argv.slice(2);
  const limits = given.length > 0 ? given : ['--rounds', '60', '--seconds', '120', '--only', ...FAULTS];
  const tortured = run(
    [process.execPath, join(root, 'dist/compat/torture.cjs'), '--supervisord', daemon, ...limits],
    {},
  );

  const found = readdirSync(reports);
  for (const name of found) console.log(readFileSync(join(reports, name), 'utf8'));
  console.log(
    found.length === 0 ? 'no report of the sanitizers' : `${found.length} reports of the sanitizers`,
  );
  return found.length > 0 ? 1 : tested || tortured;
}

/**
 * A child that shares our memory executes its program and never returns: what its functions marked on the stack would
 * stay marked, so that this file has no checks of the stack.
 */
function objectOf([command, ...options], source) {
  const object = join(folder, 'spawn.o');
  const withoutStack = command.includes('clang') ? ['-mllvm', '-asan-stack=0'] : ['--param', 'asan-stack=0'];
  const flags = [...SANITIZE, ...withoutStack, '-std=c11', '-D_GNU_SOURCE', '-fPIC', '-fvisibility=hidden'];
  execFileSync(command, [...options, ...flags, '-c', '-o', object, join(root, source)], { stdio: 'inherit' });
  return object;
}

/** This package with another addon: commands find theirs in the folder that they are in. */
function makePackage() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  for (const name of ['dist/bin', 'dist/commands', 'build', 'package.json']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}

function run([command, ...words], variables) {
  const { status } = spawnSync(command, words, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...variables },
  });
  return status ?? 1;
}
