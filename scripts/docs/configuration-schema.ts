/**
 * docs/schema/supervisord.schema.json: a JSON schema for configurations, for editors and for tools that write them from
 * JSON, YAML or TOML: sections are members, and so are their keys.
 *
 * @module
 */
import type { Option, ValueSchema } from '../../src/config/tables/option.ts';
import { rowsOf } from '../../src/config/tables/record.ts';
import { SECTION_KINDS, type SectionKind } from '../../src/config/tables/sections.ts';

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** @param kinds the sections, each with its table */
export function configurationSchema(kinds: readonly SectionKind[] = SECTION_KINDS): string {
  const named = kinds.filter(({ label }) => label === 'none');
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of supervisord',
    description: 'Made from the tables of the program by `npm run docs`.',
    type: 'object',
    required: ['supervisord'],
    properties: Object.fromEntries(named.map((kind) => [kind.name, sectionSchema(kind)])),
    patternProperties: Object.fromEntries(
      kinds.filter((kind) => !named.includes(kind)).map((kind) => [patternOf(kind), sectionSchema(kind)]),
    ),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** A key that no table has is ignored, or passed to a factory. */
function sectionSchema({ table, about }: SectionKind): Json {
  const rows = rowsOf(table);
  const required = rows.filter(({ row }) => row.missing !== null).map(({ key }) => key);
  return {
    type: 'object',
    description: about,
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(rows.map(({ key, row }) => [key, keySchema(row)])),
  };
}

function keySchema({ type, default: byDefault, help, isExtension, since }: Option): Json {
  return {
    description: isExtension ? `${help} (visord ${since})` : help,
    ...valueSchema(type.schema),
    ...(byDefault === null || byDefault === '' ? {} : { default: byDefault }),
  };
}

/** A text may be one that expands to a text of the pattern. */
function valueSchema({ type, pattern }: ValueSchema = { type: 'string' }): { readonly [key: string]: Json } {
  return { type, ...(pattern === undefined ? {} : { pattern: `^(?:${pattern})$|%\\(` }) };
}

function patternOf({ name, label }: SectionKind): string {
  return label === 'required' ? `^${name}:` : `^${name}(?::|$)`;
}
