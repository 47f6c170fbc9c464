/**
 * Feeds hostile input to everything that reads foreign bytes, and checks the results and their cost.
 *
 * @module
 */
import { Command } from 'commander';
import { Failure, Fuzz, shown, type Target } from './fuzz/fuzz.ts';
import { TARGETS } from './fuzz/targets/index.ts';
import { watchTarget } from './fuzz/watch.ts';
import { print, runMain, usage, wholeNumber } from './harness/command-line.ts';
import { freshSeed } from './harness/random.ts';

interface Options {
  readonly seed?: number;
  readonly inputs: number;
  readonly seconds: number;
  readonly only?: readonly string[];
  readonly list?: true;
  readonly current?: string;
}

const program = new Command('fuzz')
  .description('Feed hostile input to everything that reads foreign bytes.')
  .option('--seed <number>', 'repeat an earlier run', wholeNumber)
  .option('--inputs <number>', 'inputs for each target', wholeNumber, 20_000)
  .option('--seconds <number>', 'the longest time for each target', wholeNumber, 60)
  .option('--only <target...>', 'these targets only (see --list)')
  .option('--list', 'print the targets and exit')
  .option('--current <file>', 'run in this process, and keep the last input in the file')
  .addHelpText('after', '\nExit code: 0 no failure, 1 a failure, 2 wrong usage.')
  .exitOverride();

async function main(options: Options): Promise<number> {
  const unknown = (options.only ?? []).filter((name) => !TARGETS.some((target) => target.name === name));
  if (unknown.length > 0) {
    return usage(`no such target: ${unknown.join(', ')} (see --list)`);
  }
  const chosen = TARGETS.filter(({ name }) => options.only?.includes(name) ?? true);
  if (options.list) {
    for (const { name, title } of chosen) print(`${name.padEnd(16)} ${title}`);
    return 0;
  }
  const seed = options.seed ?? freshSeed();
  const [target] = chosen;
  if (options.current !== undefined && target !== undefined)
    return runHere(target, seed, options, options.current);
  print(`seed ${seed}`);
  let failures = 0;
  for (const { name } of chosen) if (!(await runApart(name, seed, options))) failures += 1;
  print(failures === 0 ? 'no failure' : `${failures} of ${chosen.length} targets failed`);
  return failures === 0 ? 0 : 1;
}

async function runApart(name: string, seed: number, { inputs, seconds }: Options): Promise<boolean> {
  const limits = ['--inputs', `${inputs}`, '--seconds', `${seconds}`];
  const { code, reason, input } = await watchTarget(['--only', name, '--seed', `${seed}`, ...limits]);
  if (code === 0) return true;
  if (reason !== null) print(`FAILURE of ${name}: ${reason}`);
  print(`the last input: ${shown(input)}`);
  print(`to repeat it: npm run fuzz -- --seed ${seed} --only ${name} --inputs ${inputs}`);
  return false;
}

async function runHere(target: Target, seed: number, options: Options, currentFile: string): Promise<number> {
  const fuzz = new Fuzz({ seed, inputs: options.inputs, seconds: options.seconds, currentFile });
  const beganAt = performance.now();
  try {
    await target.run(fuzz);
  } catch (error) {
    const reason =
      error instanceof Failure ? error.message : error instanceof Error ? error.stack : String(error);
    print(`FAILURE of ${target.name} at input ${fuzz.count}: ${reason}`);
    return 1;
  } finally {
    fuzz.close();
  }
  const seen = [...fuzz.seen].sort(([, left], [, right]) => right - left).slice(0, 8);
  const seconds = ((performance.now() - beganAt) / 1000).toFixed(1);
  print(
    `${target.name.padEnd(16)} ${fuzz.count} inputs in ${seconds} s: ${seen.map(([what, count]) => `${count} × ${what}`).join('; ')}`,
  );
  return 0;
}

runMain(program, main);
