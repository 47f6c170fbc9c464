/** What tests need that not every machine has. A test without it is left out, and its name ends with the remedy. */
import { spawnSync } from 'node:child_process';
import { OWN_MOUNTS } from '../compat/harness/namespace.ts';
import { findCommand } from '../compat/harness/needs.ts';

export interface Need {
  readonly isMet: boolean;
  /** What to run or to install, in a few words. */
  readonly how: string;
}

export const isRoot = process.getuid?.() === 0;

export const ROOT: Need = need(isRoot, 'run as root');

export const PLAIN_USER: Need = need(!isRoot, 'run as a user that is not root');

/** Programs that Debian installs with its base system or with a package of the same name. */
export function installed(command: string, name = command): Need {
  return need(findCommand(command) !== null, `install ${name}`);
}

/** One of the programs, which `npm run setup` can install. */
export function fromSetup(...commands: string[]): Need {
  return need(
    commands.some((command) => findCommand(command) !== null),
    'npm run setup -- --install',
  );
}

/** Programs that `npm run setup` unpacks below node_modules. */
export function unpacked(command: string): Need {
  return need(findCommand(command) !== null, 'npm run setup -- --reference');
}

/** Mounts that the rest of the machine does not see. */
export function ownMounts(): Need {
  const [command = '', ...flags] = OWN_MOUNTS;
  const { status } = spawnSync(command, [...flags, 'true']);
  return need(status === 0, 'run as root, or allow user namespaces');
}

export function need(isMet: boolean, how: string): Need {
  return { isMet, how };
}

/**
 * `test` or `describe`, left out where a need is not met: `needing(test, ROOT)('name', …)`. Its name then ends with how
 * to have what it needs, which the last lines of a run list.
 */
export function needing<T extends object>(
  tests: { skipIf(isLeftOut: unknown): T },
  ...needs: readonly Need[]
): T {
  const missing = new Set(needs.filter(({ isMet }) => !isMet).map(({ how }) => how));
  const chosen = tests.skipIf(missing.size > 0);
  return missing.size === 0 ? chosen : withNote(chosen, ` (left out: ${[...missing].join('; ')})`);
}

type Callable = (...args: readonly unknown[]) => unknown;

/** The same with a longer name, also behind `.each(…)` and `.for(…)`. */
function withNote<T extends object>(tests: T, note: string): T {
  return new Proxy(tests, {
    apply: (target, self, [name, ...rest]) =>
      Reflect.apply(target as Callable, self, [`${String(name)}${note}`, ...rest]),
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function' || (key !== 'each' && key !== 'for')) return value;
      return (...cases: readonly unknown[]) =>
        withNote(Reflect.apply(value as Callable, target, cases) as T, note);
    },
  });
}
