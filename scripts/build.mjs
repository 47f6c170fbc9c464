// Bundles every command into dist/: one CommonJS file each, so that a command starts by reading one file.
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

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
  logLevel: 'warning',
  banner: {
    js: "#!/usr/bin/env node\nconst importMetaUrl = require('node:url').pathToFileURL(__filename).href;",
  },
  define: { 'import.meta.url': 'importMetaUrl' },
});

for (const name of Object.keys(entryPoints)) {
  chmodSync(join(root, 'dist', `${name}.cjs`), 0o755);
}

/** The commands are the files of the folder that start with a command's name; helpers live elsewhere. */
function commandsIn(folder) {
  return ['supervisord', 'supervisorctl', 'echo_supervisord_conf', 'pidproxy'].filter((name) =>
    readdirSync(join(root, folder)).includes(`${name}.ts`),
  );
}
