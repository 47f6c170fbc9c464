import { describe, expect, test } from 'vitest';
import { commandOf, ProgramDraft } from '../../src/exchange/program.ts';
import { writePrograms } from '../../src/exchange/write-config.ts';
import { splitCommand } from '../../src/python/shlex.ts';
import { fc } from '../properties.ts';
import { loaded } from './support.ts';

describe('the file of an import', () => {
  test('has the texts that were imported, whatever is in them', () => {
    const word = fc.stringMatching(/^[ -~é]{1,12}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        const draft = new ProgramDraft('web');
        draft.set('command', commandOf(words));
        expect(splitCommand(loaded([draft.finish()]).web?.command ?? '')).toEqual(words);
      }),
    );
  });

  test('has the variables that were imported', () => {
    const value = fc
      .stringMatching(/^[ -~é]{0,12}$/)
      .filter((text) => !(text.includes('"') && text.includes("'")));
    fc.assert(
      fc.property(value, fc.boolean(), (text, isNumbered) => {
        const draft = new ProgramDraft('web');
        draft.set('command', '/bin/web');
        draft.variable('A', text);
        if (isNumbered) draft.numberVariable('N');
        // A quote at the end of a value cannot be distinguished from the one around it.
        fc.pre(!/["']$|^["']/.test(text));
        expect(loaded([draft.finish()]).web?.environment).toEqual(
          isNumbered ? { A: text, N: '0' } : { A: text },
        );
      }),
    );
  });

  test('begins with what was not carried over', () => {
    const draft = new ProgramDraft('my app:1');
    draft.set('command', 'x');
    draft.note('ports has no counterpart');
    draft.group = 'all';
    expect(writePrograms([draft.finish()], 'compose.yaml')).toBe(
      [
        '; Imported from compose.yaml.',
        '; Not carried over:',
        '; my-app-1: ports has no counterpart',
        '',
        '[program:my-app-1]',
        'command=x',
        '',
        '[group:all]',
        'programs=my-app-1',
        '',
      ].join('\n'),
    );
  });
});
