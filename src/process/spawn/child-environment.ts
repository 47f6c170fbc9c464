/**
 * The environment that a child is started with.
 *
 * Observed on the reference.
 *
 * @module
 */

type Inherited = Readonly<Record<string, string | undefined>>;

export interface ChildEnvironmentOptions {
  /** The daemon's own environment: a copy of `process.env` that does not change. */
  readonly inherited: Inherited;
  /** The address of the daemon; null or empty leaves SUPERVISOR_SERVER_URL as it was inherited. */
  readonly serverUrl: string | null;
  readonly processName: string;
  readonly groupName: string;
  /** From the configuration; it wins over everything else. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Builds the environment as execve takes it, one `NAME=value` each. */
export function childEnvironment(options: ChildEnvironmentOptions): string[] {
  const own = new Map<string, string>();
  own.set('SUPERVISOR_ENABLED', '1');
  if (options.serverUrl) {
    own.set('SUPERVISOR_SERVER_URL', options.serverUrl);
  }
  own.set('SUPERVISOR_PROCESS_NAME', options.processName);
  own.set('SUPERVISOR_GROUP_NAME', options.groupName);
  for (const [name, value] of Object.entries(options.environment)) {
    own.set(name, value);
  }
  const { texts, places } = inheritedTexts(options.inherited);
  const variables = [...texts];
  for (const [name, value] of own) {
    variables[places.get(name) ?? variables.length] = `${name}=${value}`;
  }
  return variables;
}

interface InheritedTexts {
  readonly texts: readonly string[];
  /** Of the variables in `texts`, by name. */
  readonly places: ReadonlyMap<string, number>;
}

/** Each start has them: they are put together once. */
const INHERITED_TEXTS = new WeakMap<Inherited, InheritedTexts>();

function inheritedTexts(inherited: Inherited): InheritedTexts {
  const known = INHERITED_TEXTS.get(inherited);
  if (known !== undefined) return known;
  const texts: string[] = [];
  const places = new Map<string, number>();
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined) {
      places.set(name, texts.length);
      texts.push(`${name}=${value}`);
    }
  }
  const made = { texts, places };
  INHERITED_TEXTS.set(inherited, made);
  return made;
}
