// Runs the tests and the compatibility scenarios side by side: they wait more than they compute. Tests that measure come
// last, alone. The reference is not run, what was recorded of it is compared, unless there is an argument --live or the
// variable CI=true. With --slow tests that repeat a proof at many moments do that at all of them. Other arguments are the
// scenario runner's, and the totals of the scenarios are the last line.
import { join } from 'node:path';
import { start, VITEST } from './child.mjs';
import { root } from './native.mjs';

const SHOWN = ['ignore', 'inherit', 'inherit'];
const KEPT = ['ignore', 'pipe', 'pipe'];

const isLive = process.argv.includes('--live') || process.env.CI === 'true';
const options = process.argv.slice(2).filter((argument) => argument !== '--live');

if (options.includes('--slow')) process.env.TEST_SLOW = '1';
// Node.js reads these certificates at each start, which takes longer than the start; tests connect to loopback only.
delete process.env.NODE_EXTRA_CA_CERTS;
const tests = start(...vitest('side by side'), SHOWN);
const scenarios = start(
  process.execPath,
  [join(root, 'dist/compat/run.cjs'), ...(isLive ? [] : ['--recorded']), ...options],
  KEPT,
);
const showScenarios = keepOutput(scenarios);
const codes = [await tests.ended];
codes.push(await start(...vitest('measuring', ...workers(4)), SHOWN).ended);
process.stdout.write(codes.every((code) => code === 0) ? '\n' : 'Tests failed, see above.\n\n');
showScenarios();
codes.push(await scenarios.ended);
process.exitCode = codes.find((code) => code !== 0) ?? 0;

/** The command that runs the files of a project, many in one worker: see vitest.config.ts. */
function vitest(project, ...options) {
  return [
    process.execPath,
    [VITEST, 'run', '--project', project, '--poolOptions.forks.isolate=false', ...options],
  ];
}

function workers(count) {
  return [`--poolOptions.forks.minForks=${count}`, `--poolOptions.forks.maxForks=${count}`];
}

/** Holds the output of a run back until the function that is returned is called, so that outputs do not mix. */
function keepOutput({ child }) {
  const kept = [];
  let isShown = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (isShown ? process.stdout.write(chunk) : kept.push(chunk)));
  }
  return () => {
    isShown = true;
    process.stdout.write(Buffer.concat(kept));
  };
}
