/**
 * `%(name)s` in values: which names are known where, and the error for a missing one.
 *
 * @module
 */
import {
  FormatError,
  type FormatNames,
  type FormatValue,
  formatPercent,
  MissingNameError,
} from '../../python/format.ts';
import { pythonRepr } from '../../python/repr.ts';
import { ConfigError } from '../config-error.ts';

/** Names in layers; an inner layer hides the outer one. Making a layer copies nothing. */
export interface Scope extends FormatNames {
  readonly values: ReadonlyMap<string, FormatValue>;
  readonly outer: Scope | null;
}

/** The names of `outer` with those of `values` before them. */
export function extendScope(outer: Scope | null, values: ReadonlyMap<string, FormatValue>): Scope {
  const scope: Scope = {
    values,
    outer,
    find: (name) => findName(scope, name),
    all: () => collectNames(scope),
  };
  return scope;
}

/** Environment variables under the names by which values refer to them, as `ENV_HOME`. */
export function environmentNames(
  environment: Readonly<Record<string, string | undefined>>,
): Map<string, FormatValue> {
  const names = new Map<string, FormatValue>();
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined) names.set(`ENV_${name}`, value);
  }
  return names;
}

/**
 * Expands a value.
 *
 * @param label what the value is, as the error names it: `program:x.command`
 * @throws ConfigError with the names there are
 */
export function expand(text: string, scope: Scope, label: string): string {
  if (!text.includes('%')) return text;
  try {
    return formatPercent(text, scope);
  } catch (error) {
    const what = `Format string ${pythonRepr(text)} for ${pythonRepr(label)}`;
    if (error instanceof MissingNameError) {
      const available = [...scope.all().keys()].sort().join(', ');
      throw new ConfigError(
        `${what} contains names (${error.message}) which cannot be expanded. Available names: ${available}`,
      );
    }
    if (error instanceof FormatError) throw new ConfigError(`${what} is badly formatted: ${error.message}`);
    throw error;
  }
}

function findName(scope: Scope, name: string): FormatValue | undefined {
  for (let layer: Scope | null = scope; layer !== null; layer = layer.outer) {
    const value = layer.values.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function collectNames(scope: Scope): Map<string, FormatValue> {
  const names = scope.outer === null ? new Map<string, FormatValue>() : collectNames(scope.outer);
  for (const [name, value] of scope.values) names.set(name, value);
  return names;
}
