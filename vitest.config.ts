import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { pageConstants, pageFile } from './scripts/page-bundle.mjs';
import { leftOutReporter } from './test/left-out.ts';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

const builtPage = pageFile(fileURLToPath(new URL('.', import.meta.url)));
const page = existsSync(builtPage)
  ? JSON.parse(readFileSync(builtPage, 'utf8'))
  : { entry: { script: 'page.js', style: 'page.css' }, files: {} };

/**
 * Tests that measure processor time, memory or how long something takes, or that need a daemon at a moment of its clock:
 * they run after the others.
 */
const MEASURING = [
  'test/e2e/{clients,crowd,events,programs,syslog}.test.ts',
  'test/e2e/lifecycle/{notify,schedules}.test.ts',
  'test/e2e/lifecycle/matrix/*.test.ts',
  'test/logs/syslog/*.test.ts',
  'test/native/io.test.ts',
];

/** `.ci/run` sets it: fewer at once are slower, and disturb each other less. More than these are not faster. */
const WORKERS = Number(process.env.TEST_WORKERS ?? availableParallelism() + 2);

export default defineConfig({
  define: { BUILT_VERSION: JSON.stringify(version), ...pageConstants(page) },
  test: {
    reporters: ['default', ...(process.env.GITHUB_ACTIONS ? ['github-actions'] : []), leftOutReporter],
    setupFiles: ['test/event-loop.ts'],
    pool: 'forks',
    // Most tests wait for a daemon, and leave processors free. A worker that ends while others go on ends the run.
    poolOptions: { forks: { minForks: WORKERS, maxForks: WORKERS } },
    // Waits inside a test have limits of their own, a minute each.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // `expect.poll` gives up after a second otherwise.
    expect: { poll: { timeout: 60_000 } },
    // scripts/coverage.mjs adds what commands run, and prints it.
    coverage: {
      provider: 'v8',
      include: ['src/**'],
      experimentalAstAwareRemapping: true,
      reporter: ['json'],
      reportOnFailure: true,
      reportsDirectory: 'node_modules/.cache/coverage',
    },
    // `npm test` runs the files of a project in few processes, which saves a start of Node.js and of the modules for each:
    // a test restores what it changes of its process.
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          exclude: MEASURING,
        },
      },
      { extends: true, test: { name: 'measuring', include: MEASURING, sequence: { groupOrder: 1 } } },
    ],
  },
});
