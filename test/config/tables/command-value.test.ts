import { describe, expect, it } from 'vitest';
import { failureAction, probeTarget, readinessTarget } from '../../../src/config/tables/check-values.ts';
import { commandText, hookCommand } from '../../../src/config/tables/command-value.ts';
import { errorOf, fakeHost } from '../support.ts';

const COMMANDS = [
  ['an action after a check', commandText],
  ['a hook', hookCommand],
  ['a liveness check', probeTarget],
  ['a readiness check', readinessTarget],
  ['an action after a failure', failureAction],
] as const;

describe.each(COMMANDS)('%s', (_name, type) => {
  it('has to be a command that can be split into words', () => {
    expect(errorOf(() => type.parse(`sh -c 'exit 1`, fakeHost))).toBe(
      `not a valid command: "sh -c 'exit 1": No closing quotation`,
    );
    expect(errorOf(() => type.parse('echo \\', fakeHost))).toBe(
      `not a valid command: 'echo \\\\': No escaped character`,
    );
    expect(() => type.parse(`sh -c 'exit 1'`, fakeHost)).not.toThrow();
  });
});

describe('a hook', () => {
  it.each(['', ' '])('%j means that there is no hook', (value) => {
    expect(hookCommand.parse(value, fakeHost)).toBeNull();
  });

  it.each(['-', '- '])('%j is not a command', (value) => {
    expect(errorOf(() => hookCommand.parse(value, fakeHost))).toMatch(/^no command in '/);
  });

  it('keeps the - that ignores a failure', () => {
    expect(hookCommand.parse('-rm -f x', fakeHost)).toBe('-rm -f x');
  });
});
