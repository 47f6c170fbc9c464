/**
 * The differences that a scenario is expected to show: the exact values of both sides, and the entry of the catalogue
 * that explains them. A file for each scenario, in compat/expected.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DifferenceId } from '../../src/checkup/catalogue/table.ts';
import type { Json } from '../scenario.ts';
import { packageRoot } from './commands.ts';
import { canonical, type Difference } from './compare.ts';

export const EXPECTATIONS = join(packageRoot(), 'compat/expected');

/** What both sides show in one observation. */
export interface ExpectedDifference {
  readonly id: DifferenceId;
  /** Left out where the reference does not make the observation. */
  readonly reference?: Json;
  /** Left out where ours does not make the observation, and where `grows` is set without values. */
  readonly ours?: Json;
  /**
   * Ours contains all of `ours` in its order, or without `ours` all that the reference shows, and more: it grows with the
   * tables of keys and methods.
   */
  readonly grows?: true;
  /** The difference depends on timing: a run may not show it. */
  readonly sometimes?: true;
}

/** By the name of the observation. */
export type Expectations = ReadonlyMap<string, ExpectedDifference>;

/** The expectations of a scenario; none where it has no file. */
export function readExpectations(name: string): Expectations {
  const file = fileOf(name);
  if (!existsSync(file)) return new Map();
  return new Map(
    Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, ExpectedDifference>),
  );
}

/** Keeps the expectations of a scenario; one without any has no file. */
export function writeExpectations(name: string, expectations: Expectations): void {
  if (expectations.size === 0) {
    rmSync(fileOf(name), { force: true });
    return;
  }
  mkdirSync(EXPECTATIONS, { recursive: true });
  writeFileSync(fileOf(name), `${JSON.stringify(Object.fromEntries(expectations), null, 1)}\n`);
}

/** The scenarios that have expectations. */
export function scenariosWithExpectations(): string[] {
  const files = existsSync(EXPECTATIONS) ? readdirSync(EXPECTATIONS) : [];
  return files.map((file) => file.replace(/\.json$/, '')).sort();
}

/** Whether the values that are kept are those of this run: of this version of the reference, as this user. */
export interface KnownValues {
  readonly reference: boolean;
  readonly ours: boolean;
}

/** Whether a difference is the expected one: exactly, as far as its values are known. */
export function isExpected(
  { id: _, ...expected }: ExpectedDifference,
  { reference, ours }: Difference,
  known: KnownValues,
): boolean {
  if (known.reference && canonical(expected.reference) !== canonical(reference)) return false;
  if (!known.ours) return true;
  return expected.grows === true
    ? hasAllOf(ours, 'ours' in expected ? expected.ours : reference)
    : canonical(expected.ours) === canonical(ours);
}

/**
 * What a new run is expected to show of a difference.
 *
 * @param before the expectation that it replaces; what grows keeps its part
 */
export function expectationOf(
  { reference, ours }: Difference,
  id: DifferenceId,
  before: Partial<ExpectedDifference> = {},
): ExpectedDifference {
  return {
    id,
    ...(reference !== undefined && { reference }),
    ...(before.grows === true
      ? { ...('ours' in before && { ours: before.ours }), grows: true }
      : ours !== undefined && { ours }),
    ...(before.sometimes === true && { sometimes: true }),
  };
}

/** Whether every member, item or line of the one is in the other too, in the same order. */
export function hasAllOf(whole: Json | undefined, part: Json | undefined): boolean {
  if (typeof whole === 'string' && typeof part === 'string') {
    return isSubsequence(part.split('\n'), whole.split('\n'));
  }
  if (Array.isArray(whole) && Array.isArray(part)) {
    return isSubsequence(part.map(canonical), whole.map(canonical));
  }
  if (isStruct(whole) && isStruct(part)) {
    return Object.entries(part).every(([key, value]) => hasAllOf(whole[key], value));
  }
  return canonical(whole) === canonical(part);
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let found = 0;
  for (const item of whole) {
    if (item === part[found]) found += 1;
  }
  return found === part.length;
}

function isStruct(value: Json | undefined): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function fileOf(name: string): string {
  return join(EXPECTATIONS, `${name}.json`);
}
