// The live page: src/page for browsers, as files with the hash of their contents in their names, compressed.
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const TYPES = { js: 'text/javascript;charset=utf-8', css: 'text/css;charset=utf-8' };

/** The licence of what is bundled asks for it. */
const NOTICE =
  '/* Contains preact, (c) Jason Miller, and uPlot, (c) Leon Sorokin, both under the MIT licence. */';

/**
 * @param root the checkout
 * @returns `entry` has the names of the script and of the stylesheet that the page begins with; `files` has by name the type
 *   and the compressed bytes (base64) of all files
 */
export async function bundlePage(root) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { page: 'src/page/main.tsx' },
    outdir: 'page',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome109', 'firefox115', 'safari16.4'],
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    charset: 'utf8',
    legalComments: 'none',
    banner: { js: NOTICE },
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
  const files = Object.fromEntries(
    outputFiles.map(({ path, contents }) => [basename(path), fileOf(path, contents)]),
  );
  const [script] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint !== undefined);
  const style = metafile.outputs[script].cssBundle;
  return { entry: { script: basename(script), style: basename(style) }, files };
}

function fileOf(path, contents) {
  const type = TYPES[/\.(\w+)$/.exec(path)[1]];
  const bytes = gzipSync(contents, { level: 9 });
  return {
    type,
    etag: createHash('sha256').update(contents).digest('hex').slice(0, 16),
    gzip: bytes.toString('base64'),
  };
}

/** Names of the constants in src/http/web that hold them. */
export function pageConstants({ entry, files }) {
  return { PAGE_ENTRY: JSON.stringify(entry), PAGE_FILES: JSON.stringify(files) };
}

/** Where a build leaves them for the unit tests, which read the sources. */
export function pageFile(root) {
  return join(root, 'dist', 'page.json');
}
