// Bundles every command into dist/: one CommonJS file each, so that a command starts by reading one file.
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const entryPoints = Object.fromEntries([
  ...commandsIn('src/bin').map((file) => [`bin/${file}`, join(root, 'src/bin', `${file}.ts`)]),
  ...['run', 'bench']
    .filter((name) => existsSync(join(root, 'compat', `${name}.ts`)))
    .map((name) => [`compat/${name}`, join(root, 'compat', `${name}.ts`)]),
]);

await build({
  entryPoints,
  outdir: join(root, 'dist'),
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // The scenario runner loads it from the checkout, if at all.
  external: ['esbuild'],
  logLevel: 'warning',
  banner: {
    js: "#!/usr/bin/env node\nconst importMetaUrl = require('node:url').pathToFileURL(__filename).href;",
  },
  define: { 'import.meta.url': 'importMetaUrl', BUILT_VERSION: JSON.stringify(version) },
});

for (const name of Object.keys(entryPoints)) {
  const file = join(root, 'dist', `${name}.cjs`);
  writeFileSync(file, inOneByte(readFileSync(file, 'utf8')));
  chmodSync(file, 0o755);
}

/**
 * V8 keeps a source with one character above U+00FF, a comment's too, at two bytes each: half a megabyte more.
 * esbuild escapes what stands in strings; the same escape does no harm elsewhere.
 */
function inOneByte(source) {
  return source.replace(
    /[\u0100-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The commands are the files of the folder that start with a command's name; helpers live elsewhere. */
function commandsIn(folder) {
  return ['supervisord', 'supervisorctl', 'echo_supervisord_conf', 'pidproxy'].filter((name) =>
    readdirSync(join(root, folder)).includes(`${name}.ts`),
  );
}
