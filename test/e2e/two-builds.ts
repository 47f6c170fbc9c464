/** Builds of the daemon whose option tables differ, installed beside each other. */
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Side } from '../../compat/scenario.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TABLE = /src\/config\/tables\/program-options\.ts$/;

/** What a build has in its table of `[program:x]` beside, or in place of, the rows of today. */
export interface BuildOptions {
  readonly version: string;
  /** Statements behind the table; `extension` and `integer` are there. */
  readonly patch: string;
}

/** Installs a build of the sources as they are, with the patch, in a folder of the side; returns the folder. */
export async function installBuild(side: Side, { version, patch }: BuildOptions): Promise<string> {
  const folder = side.path(version);
  mkdirSync(join(folder, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  cpSync(join(ROOT, 'dist', 'bin'), join(folder, 'dist', 'bin'), { recursive: true });
  for (const shared of ['node_modules', 'build', 'prebuilds']) {
    if (existsSync(join(ROOT, shared))) symlinkSync(join(ROOT, shared), join(folder, shared));
  }
  await build({
    entryPoints: [join(ROOT, 'src/bin/supervisord.ts')],
    outfile: join(folder, 'dist/commands/supervisord.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    packages: 'external',
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: {
      'import.meta.url': 'importMetaUrl',
      BUILT_VERSION: JSON.stringify(version),
      // These builds serve no page.
      PAGE_ENTRY: JSON.stringify({ script: '', style: '' }),
      PAGE_FILES: '{}',
    },
    plugins: [
      {
        name: 'another table',
        setup: (building) => {
          building.onLoad({ filter: TABLE }, async ({ path }) => {
            const { readFile } = await import('node:fs/promises');
            const imports =
              "import { extension as newRow } from './option.ts';\nimport { integer as anInteger } from './values.ts';\n";
            const contents = `${imports}${await readFile(path, 'utf8')}\n${patch}\n`;
            return { contents, loader: 'ts' };
          });
        },
      },
    ],
  });
  return folder;
}

/** A link to one of the builds, as a package manager moves it. */
export function leadTo(link: string, folder: string): void {
  rmSync(link, { force: true });
  symlinkSync(folder, link);
}
