import { expect, test } from 'vitest';
import { rowsOf } from '../../src/config/tables/record.ts';
import { SECTION_KINDS } from '../../src/config/tables/sections.ts';

const rows = SECTION_KINDS.flatMap(({ name, table }) =>
  rowsOf(table).map(({ key, row }) => [`${name}.${key}`, row] as const),
);

test.each(rows)(
  '%s: the pattern takes the default, the example and an expansion',
  (_name, { type, ...row }) => {
    const { pattern } = type.schema ?? {};
    if (pattern === undefined) {
      return;
    }
    const regular = new RegExp(`^(?:${pattern})$|%\\(`);
    for (const text of [row.default, row.example, '%(ENV_X)s']) {
      expect(text === null || regular.test(text), `${text}`).toBe(true);
    }
    expect(regular.test('no such ; value ,,')).toBe(false);
  },
);
