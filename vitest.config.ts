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

/** Tests that change nothing of their process: they share one, which saves a start of Node and of the modules for each. */
const SHARING = [
  'test/checkup/**/*.test.ts',
  'test/compat/**/*.test.ts',
  'test/config/**/*.test.ts',
  'test/ctl/**/*.test.ts',
  'test/docs/**/*.test.ts',
  'test/events/**/*.test.ts',
  'test/exchange/**/*.test.ts',
  'test/http/messages/**/*.test.ts',
  'test/page/{listing,log-text,model}.test.ts',
  'test/process/machine/**/*.test.ts',
  'test/python/**/*.test.ts',
  'test/rpc/**/*.test.ts',
  'test/schedule/**/*.test.ts',
  'test/scripts/**/*.test.ts',
  'test/xmlrpc/**/*.test.ts',
];

/**
 * Tests that measure processor time, memory or how long something takes, or that need a daemon at a moment of its clock:
 * they run after the others, one at a time.
 */
const MEASURING = [
  'test/e2e/{clients,crowd,events,programs,syslog}.test.ts',
  'test/e2e/lifecycle/{notify,schedules}.test.ts',
  'test/e2e/lifecycle/matrix/*.test.ts',
  'test/logs/syslog/*.test.ts',
  'test/native/io.test.ts',
];

/** `.ci/run` sets it: fewer at once are slower, and disturb each other less. */
const WORKERS = Number(process.env.TEST_WORKERS ?? availableParallelism() + 1);

/** All files of a project in one process, after those that have a process each. */
const oneProcess = (isolate: boolean) => ({ forks: { singleFork: true, isolate } });

export default defineConfig({
  define: { BUILT_VERSION: JSON.stringify(version), ...pageConstants(page) },
  test: {
    reporters: ['default', ...(process.env.GITHUB_ACTIONS ? ['github-actions'] : []), leftOutReporter],
    setupFiles: ['test/event-loop.ts'],
    pool: 'forks',
    // Most tests wait for a daemon, and leave a processor free.
    poolOptions: { forks: { minForks: 1, maxForks: WORKERS } },
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
    projects: [
      {
        extends: true,
        test: {
          name: 'own process',
          include: ['test/**/*.test.ts'],
          exclude: [...SHARING, ...MEASURING],
        },
      },
      {
        extends: true,
        test: { name: 'measuring', include: MEASURING, poolOptions: oneProcess(true) },
      },
      {
        extends: true,
        test: { name: 'shared process', include: SHARING, poolOptions: oneProcess(false) },
      },
    ],
  },
});
