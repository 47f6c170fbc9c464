// Measures how much of src the tests run, and prints it: what vitest counts in its own processes, and what the commands
// run that tests start. Arguments are vitest's; with names of files, only those are run.
//
//   npm run coverage
//   npm run coverage -- test/e2e/life.test.ts
//
// Commands run the bundles of dist/commands, which stay as they are; the few lines in front of them in dist/bin load
// coverage/recorder.cjs meanwhile. Not counted: what runs in a browser, in copies of dist, and in processes that end by
// SIGKILL.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import libCoverage from 'istanbul-lib-coverage';
import libReport from 'istanbul-lib-report';
import istanbulReports from 'istanbul-reports';
import { start, VITEST } from './child.mjs';
import { addCounts } from './coverage/add-counts.mjs';
import { openReports } from './coverage/reports.mjs';
import { root } from './native.mjs';

const FIRST_LINE = "'use strict';\n";
const TAKE_EVERY_MS = 1000;

/** As in vitest.config.ts. */
const output = join(root, 'node_modules', '.cache', 'coverage');
const bin = join(root, 'dist', 'bin');
/** Compiled code of the commands (src/bin/compiled), which V8 has compiled without counters. */
const compiled = join(root, 'dist', 'compiled');
const compiledAside = `${compiled}-aside`;

const folder = mkdtempSync(join(tmpdir(), 'visord-coverage-'));
const reportsFolder = join(folder, 'reports');
const entries = readdirSync(bin)
  .filter((name) => name.endsWith('.cjs'))
  .map((name) => ({ path: join(bin, name), text: readFileSync(join(bin, name), 'utf8') }));

try {
  rmSync(output, { recursive: true, force: true });
  if ((await run([join(root, 'scripts', 'build.mjs'), '--maps', folder])) !== 0) {
    throw new Error('the bundles cannot be built');
  }
  const scripts = JSON.parse(readFileSync(join(folder, 'scripts.json'), 'utf8'));
  const lengths = new Map(scripts.map(({ name, text }) => [name, text.length]));
  const reports = openReports(reportsFolder, lengths);
  rmSync(compiledAside, { recursive: true, force: true });
  if (existsSync(compiled)) renameSync(compiled, compiledAside);
  loadRecorder();
  process.exitCode = await runTests(reports);
  print(scripts, reports);
} finally {
  for (const { path, text } of entries) writeFileSync(path, text);
  if (existsSync(compiledAside)) {
    // A test that packs the package writes it anew.
    rmSync(compiled, { recursive: true, force: true });
    renameSync(compiledAside, compiled);
  }
  rmSync(folder, { recursive: true, force: true });
}

function loadRecorder() {
  const recorder = join(root, 'scripts', 'coverage', 'recorder.cjs');
  const [file, ...folders] = [recorder, reportsFolder, join(root, 'dist', 'commands', '/')].map((path) =>
    JSON.stringify(path),
  );
  for (const { path, text } of entries) {
    if (!text.includes(FIRST_LINE)) throw new Error(`${path} has no line ${FIRST_LINE}`);
    writeFileSync(path, text.replace(FIRST_LINE, `${FIRST_LINE}require(${file})(${folders});\n`));
  }
  mkdirSync(reportsFolder);
  // Daemons run as any user.
  chmodSync(folder, 0o755);
  chmodSync(reportsFolder, 0o1777);
}

/** @returns the exit code of vitest */
async function runTests(reports) {
  const taking = setInterval(reports.take, TAKE_EVERY_MS);
  try {
    return await run([VITEST, 'run', '--coverage.enabled', ...process.argv.slice(2)], {
      COVERAGE_REPORTS: reportsFolder,
    });
  } finally {
    clearInterval(taking);
    reports.take();
  }
}

function print(scripts, reports) {
  const inTests = join(output, 'coverage-final.json');
  if (!existsSync(inTests)) throw new Error('vitest has measured nothing');
  const coverage = JSON.parse(readFileSync(inTests, 'utf8'));
  const alone = libCoverage.createCoverageMap(structuredClone(coverage)).getCoverageSummary();
  addCounts(coverage, scripts, reports.countAt);
  const context = libReport.createContext({
    dir: output,
    coverageMap: libCoverage.createCoverageMap(coverage),
  });
  for (const name of ['json', 'html', 'text-summary']) istanbulReports.create(name).execute(context);
  console.log(`Without the commands that tests start: ${alone.statements.pct}% of the statements.`);
  console.log(
    `${reports.processes()} reports of commands were counted; ${reports.unreported()} commands ended without one.`,
  );
  console.log(`By file: ${join(output, 'index.html')}`);
}

/** @returns the exit code of Node.js with these arguments */
function run(args, environment = {}) {
  return start(process.execPath, args, 'inherit', { ...process.env, ...environment }).ended;
}
