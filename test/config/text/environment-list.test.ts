import { describe, expect, test } from 'vitest';
import {
  dependsOnQuoting,
  formatEnvironment,
  parseEnvironment,
} from '../../../src/config/text/environment-list.ts';
import { fc } from '../../properties.ts';
import { errorOf, loadProgram, loadText } from '../support.ts';

describe('an environment list', () => {
  test.each([
    ['A=1,B=2', { A: '1', B: '2' }],
    ['A="x, y",B=\'z\'', { A: 'x, y', B: 'z' }],
    [' A = 1 ,\n\n B = "2" ,', { A: '1', B: '2' }],
    ['A=/usr/bin:/bin.+-()', { A: '/usr/bin:/bin.+-()' }],
    ['A="",B=x', { A: '', B: 'x' }],
    ['A=1#comment', { A: '1' }],
    ['A="1#2"', { A: '1#2' }],
    ['A=1,A=2', { A: '2' }],
    ['A="C:\\\\new"', { A: 'C:\\\\new' }],
    ['A="C:\\dir\\"', { A: 'C:\\dir\\' }],
    ['A="\\\\d+"', { A: '\\\\d+' }],
    ["A=it's", { A: "it's" }],
    ["A='it''s'", { A: 'it' }],
    ['A="a"b"', { A: 'a' }],
    ['A=x"y"', { A: 'x"y' }],
    ['A=é', { A: 'é' }],
    ['"A"=1', { '"A"': '1' }],
    ['', {}],
  ])('%j reads as %j, as released versions of the reference read it', (text, variables) => {
    expect(parseEnvironment(text)).toEqual(variables);
  });

  test.each(['A', 'A=', '=1', 'A 1', 'A=1 B=2', 'A=1,,B=2'])('%j is refused', (text) => {
    expect(errorOf(() => parseEnvironment(text))).toBe(
      `Unexpected end of key/value pairs in value '${text}'`,
    );
  });

  test('with an open quote is refused', () => {
    expect(errorOf(() => parseEnvironment('A="1'))).toBe('No closing quotation');
  });

  test.each([
    ['A="say \\"hi\\""', { A: 'say "hi"' }],
    ["A='it''s'", { A: 'its' }],
    ['A="C:\\\\new"', { A: 'C:\\new' }],
  ])('%j reads as %j where POSIX quotes are asked for', (text, variables) => {
    expect(parseEnvironment(text, 'posix')).toEqual(variables);
    expect(dependsOnQuoting(text)).toBe(true);
  });

  test('of plain values does not depend on the quoting', () => {
    expect(dependsOnQuoting('A="1",B=\'x y\',C=/tmp')).toBe(false);
  });

  test('that is formatted reads back, with either quoting', () => {
    const posix = fc.dictionary(fc.string({ minLength: 1 }), fc.string());
    fc.assert(
      fc.property(posix, (environment) => {
        expect(parseEnvironment(formatEnvironment(environment, 'posix'), 'posix')).toEqual({
          ...environment,
        });
      }),
    );
    const texts = fc
      .array(fc.constantFrom('A', 'B', '=', ',', '"', "'", ' ', '\\', '/', 'A="', "B='"))
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        const environment = readable(text);
        expect(parseEnvironment(formatEnvironment(environment))).toEqual(environment);
      }),
    );
  });
});

describe('environment_quoting', () => {
  const LIST = "environment=A='it''s'";

  test('is that of stock supervisord', () => {
    expect(loadProgram(LIST).environment).toEqual({ A: 'it' });
  });

  test('posix holds for all lists of the configuration', () => {
    const { daemon, groups } = loadText(
      `[supervisord]\nenvironment_quoting=posix\n${LIST}\n[program:x]\ncommand=/bin/cat\nenvironment=B="\\"q\\""\n`,
    );
    expect(daemon.environment).toEqual({ A: 'its' });
    expect(groups[0]?.processes[0]?.environment).toEqual({ A: 'its', B: '"q"' });
  });

  test('posix is ignored with extensions=off', () => {
    const { daemon } = loadText(`[supervisord]\nextensions=off\nenvironment_quoting=posix\n${LIST}\n`);
    expect(daemon.environment).toEqual({ A: 'it' });
  });
});

function readable(text: string): Record<string, string> {
  try {
    return parseEnvironment(text);
  } catch {
    return {};
  }
}
