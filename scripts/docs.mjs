// Writes the pages of docs/ that are made from the tables of the code (scripts/docs/pages.ts): `npm run docs`. With
// --check it writes nothing and fails where a page differs from the tables.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const { PAGES } = await load(join(root, 'scripts', 'docs', 'pages.ts'));
const stale = PAGES.filter(({ file, text }) => textOf(file) !== text());
if (process.argv.includes('--check')) {
  for (const { file } of stale) {
    console.error(`${file} is not what the tables say: run npm run docs`);
  }
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const { file, text } of stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text());
    console.log(`written: ${file}`);
  }
}

function textOf(file) {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** Node.js reads TypeScript only bundled; the bundle stays within the checkout, so that it finds the packages. */
async function load(entry) {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'docs-'));
  const outfile = join(folder, 'pages.mjs');
  try {
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'warning',
      define: { BUILT_VERSION: JSON.stringify(version) },
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
