/** The recordings of the reference are those of the current scenarios. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RECORDED_VERSION, RECORDINGS, readRecording } from '../../compat/harness/recording.ts';
import { scenarioHash } from '../../compat/harness/scenario-hash.ts';
import { scenarios } from '../../compat/scenarios/index.ts';

/** It needs Ansible, which is not among the packages that are unpacked. */
const UNRECORDED = ['languages-ansible'];
const recorded = scenarios.map(({ name }) => name).filter((name) => !UNRECORDED.includes(name));

test('every scenario has a recording of the reference that is up to date (else: npm run compat -- --record)', async () => {
  const outOfDate: string[] = [];
  for (const name of recorded) {
    const recording = readRecording(name, {
      reference: RECORDED_VERSION,
      scenario: await scenarioHash(name),
    });
    if (typeof recording === 'string') outOfDate.push(`${name}: ${recording}`);
  }
  expect(outOfDate).toEqual([]);
});

test('no recording is left of a scenario that is gone', () => {
  const files = readdirSync(RECORDINGS).map((file) => file.replace(/\.json$/, ''));
  expect(files.filter((name) => !recorded.includes(name))).toEqual([]);
});
