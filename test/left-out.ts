/** Ends a run with a line for each reason that tests were left out for, and how to have what they need. */
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

const NOTE = / \(left out: ([^()]*)\)$/;

export const leftOutReporter: Reporter = {
  onTestRunEnd: (modules) => {
    const counts = new Map<string, number>();
    for (const test of leftOut(modules)) {
      const how = howToHave(test);
      if (how !== null) counts.set(how, (counts.get(how) ?? 0) + 1);
    }
    for (const [how, tests] of counts) {
      process.stdout.write(`left out: ${tests} ${tests === 1 ? 'test' : 'tests'} (${how})\n`);
    }
  },
};

function leftOut(modules: readonly TestModule[]): TestCase[] {
  return modules.flatMap((module) => [...module.children.allTests('skipped')]);
}

/** From the name of the test or of a group around it; null for one that was not chosen, as by `-t`. */
function howToHave(test: TestCase): string | null {
  for (let at: TestCase | TestSuite | TestModule = test; at.type !== 'module'; at = at.parent) {
    const [, how] = NOTE.exec(at.name) ?? [];
    if (how !== undefined) return how;
  }
  return null;
}
