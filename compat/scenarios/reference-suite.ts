/**
 * The reference's own end-to-end tests, which its package ships, run on both sides.
 *
 * @module
 */
import { mkdirSync } from 'node:fs';
import type { Json, Scenario, Side } from '../scenario.ts';
import { SUITE_DRIVER } from './reference-suite/driver.ts';

const AT_ONCE = 6;
const ONE_TEST_SECONDS = 120;
const ALL_SECONDS = 400;

/** The modules of the reference that its tests start, by the name of the command that each is. */
const MODULES = {
  supervisord: 'supervisord',
  supervisorctl: 'supervisorctl',
  pidproxy: 'pidproxy',
  echo_supervisord_conf: 'confecho',
} as const;

export const referenceSuite: Scenario = {
  name: 'reference-suite',
  title: "the reference's own end-to-end tests",
  needs: ['python:pexpect', 'python:supervisor.tests.test_end_to_end'],
  timeoutSeconds: ALL_SECONDS + 10,
  run: async (side) => {
    const root = side.path('t');
    mkdirSync(root);
    const task = { root, commands: commandsOf(side), atOnce: AT_ONCE, seconds: ONE_TEST_SECONDS };
    const { stdout, stderr } = await side.python(SUITE_DRIVER, [JSON.stringify(task)], {
      seconds: ALL_SECONDS,
    });
    const outcomes = JSON.parse(stdout || '{}') as Readonly<Record<string, Json>>;
    if (Object.keys(outcomes).length === 0) throw new Error(`the tests could not be run: ${stderr}`);
    for (const [name, outcome] of Object.entries(outcomes)) side.observe(name, outcome);
  },
};

/** What is started for each module. A command that this side has not is the reference's own. */
function commandsOf(side: Side): Record<string, readonly string[]> {
  const found: [string, readonly string[]][] = [];
  for (const [name, module] of Object.entries(MODULES)) {
    const command = side.companion(name);
    if (command !== null) found.push([module, command]);
  }
  return Object.fromEntries(found);
}
