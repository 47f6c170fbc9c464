// Runs the unit and end-to-end tests and the compatibility scenarios side by side: both wait more than they compute.
// What the scenarios print comes last, so that their totals are the last line. The reference is not run, what was
// recorded of it is compared, unless there is an argument --live or the variable CI=true. With --slow tests that repeat
// a proof at many moments do that at all of them. Other arguments are the scenario runner's.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const isLive = process.argv.includes('--live') || process.env.CI === 'true';
const options = process.argv.slice(2).filter((argument) => argument !== '--live');

if (options.includes('--slow')) process.env.TEST_SLOW = '1';
const tests = start('npx', ['vitest', 'run'], 'inherit');
const scenarios = start(
  process.execPath,
  [join(root, 'dist/compat/run.cjs'), ...(isLive ? [] : ['--recorded']), ...options],
  'pipe',
);
// Once the tests have ended their output is not torn by the scenarios'.
const output = [];
let isShown = false;
for (const stream of [scenarios.child.stdout, scenarios.child.stderr]) {
  stream.on('data', (chunk) => (isShown ? process.stdout.write(chunk) : output.push(chunk)));
}
const testsCode = await tests.ended;
process.stdout.write(testsCode === 0 ? '\n' : 'Tests failed, see above.\n\n');
isShown = true;
process.stdout.write(Buffer.concat(output));
const scenariosCode = await scenarios.ended;
process.exitCode = testsCode || scenariosCode;

/** @returns the process, and its exit code when it has ended and all of its output has been read */
function start(command, args, output) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', output, output] });
  const ended = new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      resolve(127);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  return { child, ended };
}
