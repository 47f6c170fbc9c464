/**
 * A fingerprint of what a scenario does, by which a recording of the reference is recognised as out of date.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageRoot } from './commands.ts';

/** The list of differences is left out: it changes nothing in what a scenario does. */
const EXPECTED_DIFFERENCES = /^ +differences: \[[^\]]*\],\n/gm;

const SCENARIOS = join(packageRoot(), 'compat/scenarios');

/**
 * Digest of the scenario's code with everything of `compat/scenarios` that it uses, without comments, layout and file
 * names: rewording a comment or moving a file changes nothing.
 *
 * @throws Error where no file declares a scenario of that name
 */
export async function scenarioHash(name: string): Promise<string> {
  const file = fileOf(name);
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'esm',
    minifyWhitespace: true,
    logLevel: 'error',
    plugins: [
      {
        name: 'the harness is not part of a scenario',
        setup: ({ onLoad, onResolve }) => {
          onLoad({ filter: /\.ts$/ }, ({ path }) => ({
            contents: readFileSync(path, 'utf8').replace(EXPECTED_DIFFERENCES, ''),
            loader: 'ts',
          }));
          onResolve({ filter: /.*/ }, ({ path, kind, resolveDir }) => {
            const isOwn = path.startsWith('.') && join(resolveDir, path).startsWith(SCENARIOS);
            return kind === 'entry-point' || isOwn ? undefined : { path: basename(path), external: true };
          });
        },
      },
    ],
  });
  const text = outputFiles.map((output) => output.text).join('');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

let files: ReadonlyMap<string, string> | null = null;

function fileOf(name: string): string {
  files ??= declaredScenarios();
  const file = files.get(name);
  if (file === undefined) throw new Error(`no file in ${SCENARIOS} declares the scenario ${name}`);
  return file;
}

/** Files by the names of the scenarios that they declare: a `name` that a `title` follows. */
function declaredScenarios(): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of readdirSync(SCENARIOS, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts')) continue;
    const file = join(SCENARIOS, path);
    const names = readFileSync(file, 'utf8').matchAll(/^\s*name: '([\w-]+)',\s+title:/gm);
    for (const [, name = ''] of names) found.set(name, file);
  }
  return found;
}
