/** Lists of variables that two quotings read differently. */
import { expect, test } from 'vitest';
import { checkText, program } from '../support.ts';

test.each([
  ['A="it\'s"', []],
  ['A="x y",B=\'z\'', []],
  ['A=a"b"', ['A is "a\\"b" with stock quoting (used here), "ab" with POSIX quoting.']],
  ['A="a\\\\b"', ['A is "a\\\\\\\\b" with stock quoting (used here), "a\\\\b" with POSIX quoting.']],
])('%s', async (list, messages) => {
  const { of } = await checkText(program('a', `environment=${list}`));
  expect(of('environment-quoting').map(({ message }) => message)).toEqual(messages);
});

test('a list that needs POSIX quoting, with the key that asks for it', async () => {
  const list = 'environment=A="say \\"x\\" to me"';
  const { of } = await checkText(program('a', list));
  expect(of('environment-quoting')[0]?.advice).toEqual(['[supervisord]', 'environment_quoting=posix']);
  const asked = await checkText(`environment_quoting=posix\n${program('a', list)}`);
  expect(asked.findings.map(({ kind }) => kind)).toEqual(['extension-key']);
});
