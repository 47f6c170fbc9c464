// Builds the native parts where they are older than their sources, and bundles every command into dist/: one CommonJS
// file each, so that a command starts by reading one file and the few lines in front of it that refuse a Node.js that
// could not read it.
//
//   node scripts/build.mjs
//   node scripts/build.mjs --maps FOLDER   builds the same, and describes it in the folder for scripts/coverage.mjs
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { writeCompiled } from './compiled.mjs';
import { bundleDaemon } from './daemon-bundle.mjs';
import { lazyBuiltins, withoutImports } from './late-modules.mjs';
import { COMMANDS, placeLaunchers } from './launchers.mjs';
import { buildHere, isBuiltHere, root } from './native.mjs';
import { bundlePage, pageConstants, pageFile } from './page-bundle.mjs';

const { version, dependencies, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const oldest = Number(/\d+/.exec(engines.node)[0]);

if (!isBuiltHere()) {
  try {
    buildHere();
  } catch (error) {
    console.error(`build: the addon and the launcher cannot be built: ${error.message}`);
    process.exit(1);
  }
}

const commands = COMMANDS.filter((name) => readdirSync(join(root, 'src/bin')).includes(`${name}.ts`));
const forTheCheckout = ['run', 'bench', 'torture', 'failover', 'fleet-scale', 'fuzz', 'soak'].filter((name) =>
  existsSync(join(root, 'compat', `${name}.ts`)),
);

/** In parts of its own, see daemon-bundle.mjs. */
const DAEMON = 'supervisord';

/** The command that prints the answer to its only argument, one of these flags, and exits. */
const USAGE = 'supervisord-usage';
const USAGE_FLAGS = ['-v', '--version', '-h', '--help'];

/** A part of supervisorctl that only one of its commands loads: it has the SDK of its protocol in it. */
const MCP = 'supervisorctl-mcp';

const mcpApart = {
  name: 'mcp apart',
  setup(building) {
    building.onResolve({ filter: /\/mcp\/serve\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: `../commands/${MCP}.cjs`, external: true } : null,
    );
  },
};

/** What writes the compiled code of the commands, and what it runs before them. */
const COMPILED = ['write-compiled', 'record'];

const entryPoints = Object.fromEntries([
  [`commands/${MCP}`, join(root, 'src/mcp/serve.ts')],
  [`commands/${USAGE}`, join(root, 'src/bin', `${USAGE}.ts`)],
  ...commands
    .filter((name) => name !== DAEMON)
    .map((name) => [`commands/${name}`, join(root, 'src/bin', `${name}.ts`)]),
  ...COMPILED.map((name) => [`commands/${name}`, join(root, 'src/bin/compiled', `${name}.ts`)]),
  ...forTheCheckout.map((name) => [`compat/${name}`, join(root, 'compat', `${name}.ts`)]),
]);

/** A script of a command is the body of this function, see load-command.ts. */
const BODY = {
  before: '(function(exports,require,module,__filename,__dirname,importModule,ofEntry){',
  after: '\n})',
};
const inBody = (text) => `${BODY.before}${text}${BODY.after}`;

const mapsFolder = process.argv.includes('--maps') ? process.argv[process.argv.indexOf('--maps') + 1] : null;

const options = {
  bundle: true,
  platform: 'node',
  target: `node${oldest}`,
  format: 'cjs',
  // V8 keeps the source in memory: without blanks and comments it is a third smaller. Names stay, for stacks.
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
  // The text is the same with a source map beside it.
  ...(mapsFolder === null ? {} : { sourcemap: 'external', sourcesContent: false }),
  // The dependencies are in node_modules wherever the package is, and are read when they are used; esbuild is in that of
  // the checkout, and the scenario runner loads it, if at all.
  external: [...Object.keys(dependencies), 'esbuild'],
  define: { 'import.meta.url': 'ofScript.url', BUILT_VERSION: JSON.stringify(version) },
};

const { metafile } = await build({
  ...options,
  metafile: true,
  plugins: [mcpApart, lazyBuiltins(['node:module'])],
  entryPoints,
  outdir: join(root, 'dist'),
  outExtension: { '.js': '.cjs' },
  banner: {
    js: "#!/usr/bin/env node\nconst ofScript = { get url() { return require('node:url').pathToFileURL(__filename).href; } };",
  },
});

const folder = join(root, 'dist', 'commands');
/** For scripts/coverage.mjs: what V8 runs, and what esbuild has made of the sources before the text was finished. */
const scripts = [];
function keepMap({ name, text, bundled, base }) {
  if (bundled.map === null) return;
  const map = JSON.parse(bundled.map);
  const sources = map.sources.map((source) => resolve(base, source));
  scripts.push({ name, text, bundled: bundled.text, map: { ...map, sources } });
}
const page = await bundlePage(root);
writeFileSync(pageFile(root), JSON.stringify(page));
const daemon = await bundleDaemon({
  root,
  entry: `src/bin/${DAEMON}.ts`,
  options: { ...options, define: { ...options.define, ...pageConstants(page) } },
  finish: inOneByte,
  keep: (part, text, bundled) => {
    const [name, asRun] = part === null ? [`${DAEMON}.cjs`, inBody(text)] : [`:${part}`, text];
    keepMap({ name, text: asRun, bundled, base: root });
  },
});
// The parts first: a daemon that starts now finds those of its main part.
writeFileSync(join(folder, daemon.file), daemon.text);
writeFileSync(join(folder, `${DAEMON}.cjs`), daemon.main, { mode: 0o755 });
for (const name of readdirSync(folder)) {
  if (name.endsWith('.parts') && name !== daemon.file) rmSync(join(folder, name));
}

for (const name of Object.keys(entryPoints)) {
  const file = join(root, 'dist', `${name}.cjs`);
  const bundled = readFileSync(file, 'utf8');
  const text = inOneByte(isLoadedByEntry(name) ? withoutImports(bundled) : bundled);
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  if (mapsFolder === null) continue;
  if (name.startsWith('commands/')) {
    const map = readFileSync(`${file}.map`, 'utf8');
    const asRun = isLoadedByEntry(name) ? inBody(text) : text;
    keepMap({ name: basename(file), text: asRun, bundled: { text: bundled, map }, base: folder });
  }
  rmSync(`${file}.map`);
}

writeLicenses(`${MCP}.cjs`);
if (mapsFolder !== null) {
  // As parts-runtime.js names them.
  const named = scripts.map((script) => ({ ...script, name: script.name.replace(/^(?=:)/, daemon.file) }));
  writeFileSync(join(mapsFolder, 'scripts.json'), JSON.stringify(named));
}

const loader = await bundleLoader();
mkdirSync(join(root, 'dist', 'bin'), { recursive: true });
for (const name of commands) {
  const file = join(root, 'dist', 'bin', `${name}.cjs`);
  // Written anew: an older one may be a link that other checkouts share.
  rmSync(file, { force: true });
  writeFileSync(file, entry(name), { mode: 0o755 });
}
placeLaunchers();
writeCompiled();

/** The others are read by Node.js as usual. */
function isLoadedByEntry(name) {
  return commands.some((command) => name === `commands/${command}`) || name === `commands/${USAGE}`;
}

/** The licenses of the packages in a bundle stand beside it: they ask for that. */
function writeLicenses(bundle) {
  const { inputs } = metafile.outputs[Object.keys(metafile.outputs).find((path) => path.endsWith(bundle))];
  const packages = new Set(
    Object.keys(inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
  const texts = [...packages].sort().map((name) => {
    const home = join(root, 'node_modules', name);
    const file = readdirSync(home).find((one) => /^licen[cs]e/i.test(one));
    return `${name}\n\n${file === undefined ? '' : readFileSync(join(home, file), 'utf8').trim()}\n`;
  });
  writeFileSync(join(folder, `${bundle}.licenses.txt`), texts.join(`\n${'-'.repeat(70)}\n\n`));
}

/** Any Node.js can read this: the bundle is a syntax error for an old one. */
function entry(name) {
  return `#!/usr/bin/env node
'use strict';
if (parseInt(process.versions.node, 10) < ${oldest}) {
  console.error('Error: visord needs Node.js ${oldest} or newer; ' + process.execPath + ' is ' + process.version);
  process.exit(1);
}
const packageFolder = require('path').join(__dirname, '../..');
const ofEntry = { packageFolder: packageFolder };
const loader = { exports: {} };
(function (module, exports) {${loader}})(loader, loader.exports);
loader.exports.loadCommand(packageFolder + '/dist/commands', ${scriptOf(name)}, require, function (path) { return import(path); });
`;
}

/** The module load-command.ts, in the syntax that the entry has. */
async function bundleLoader() {
  const { outputFiles } = await build({
    ...options,
    target: 'node12',
    entryPoints: [join(root, 'src/bin/compiled/load-command.ts')],
    write: false,
    sourcemap: false,
    plugins: [lazyBuiltins(['node:module', 'node:url'])],
    define: {
      ...options.define,
      'import.meta.url': 'undefined',
      BEFORE: JSON.stringify(BODY.before),
      AFTER: JSON.stringify(BODY.after),
    },
  });
  return inOneByte(outputFiles[0].text);
}

/** Most of the start of the daemon is its code. */
function scriptOf(name) {
  if (name !== DAEMON) return `'${name}'`;
  const isUsage = `process.argv.length === 3 && ${JSON.stringify(USAGE_FLAGS)}.includes(process.argv[2])`;
  return `${isUsage} ? '${USAGE}' : '${DAEMON}'`;
}

/**
 * V8 keeps a source with one character above U+00FF, a comment's too, at two bytes each: half a megabyte more. Scripts are
 * read as bytes, without a decoder.
 * esbuild escapes what stands in strings; the same escape does no harm elsewhere.
 */
function inOneByte(source) {
  return source.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
