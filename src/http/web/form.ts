/**
 * The parameters of a request for a page: the fields of its query and of its body.
 *
 * @module
 */

/** Fields by name; one without a value is left out. */
export type Form = ReadonlyMap<string, string>;

/**
 * Of a field that comes more than once, the query gives the first and the body the last; the body goes before the query.
 *
 * @param query what follows the `?`, as it came
 * @param body of a POST, read as `application/x-www-form-urlencoded` whatever its Content-Type is
 */
export function readForm(query: string, body: string): Form {
  const fields = new Map<string, string>();
  const [beforeFragment = ''] = query.split('#', 1);
  for (const [name, value] of new URLSearchParams(beforeFragment)) {
    if (value !== '' && !fields.has(name)) fields.set(name, value);
  }
  for (const [name, value] of new URLSearchParams(body)) {
    if (value !== '') fields.set(name, value);
  }
  return fields;
}
