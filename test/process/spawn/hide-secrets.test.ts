import { describe, expect, it } from 'vitest';
import { hideSecrets } from '../../../src/process/spawn/hide-secrets.ts';

describe('output with secrets', () => {
  it.each([
    ['no answer from db:5432', ['pass-word'], 'no answer from db:5432'],
    ['pass-word, and pass-word', ['pass-word'], '***, and ***'],
    ['pass-word-long', ['pass-word', 'pass-word-long'], '***'],
    ['$& and ($1)', ['($1)'], '$& and ***'],
    ['line two', ['line one\nline two\n'], '***'],
  ])('%j with %j is %j', (text, secrets, hidden) => {
    expect(hideSecrets(text, secrets)).toBe(hidden);
  });

  it('a value of three characters is left, as it is in other words too', () => {
    expect(hideSecrets('the web is down', ['web'])).toBe('the web is down');
  });
});
