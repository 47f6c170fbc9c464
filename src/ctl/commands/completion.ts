/**
 * `completion`: what a person's own shell needs to complete our command line.
 *
 * @module
 */
import { words } from '../../python/text.ts';
import { bashScript, fishScript, zshScript } from '../completion/shell-scripts.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName } from '../names/names.ts';
import type { Session } from '../session.ts';
import { type Command, lines } from './command.ts';

const SCRIPTS: Readonly<Record<string, () => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export const completion: Command = {
  name: 'completion',
  help: lines(
    'completion bash|zsh|fish\tPrint a script that completes commands, groups and processes',
    '\t\t\t(for bash: source <(supervisorctl completion bash))',
    'completion processes|groups\tPrint the names that there are, one per line',
  ),
  isOurs: true,
  run: async (session, argument) => {
    const [what = '', ...others] = words(argument);
    const script = SCRIPTS[what];
    if (others.length === 0 && script !== undefined) session.out.write(script());
    else if (others.length === 0 && (what === 'processes' || what === 'groups'))
      await sayNames(session, what);
    else {
      session.fail('Error: completion requires bash, zsh, fish, processes or groups', EXIT.invalidArguments);
      session.say(completion.help);
    }
    return undefined;
  },
};

/** Asked at each press of Tab, so a server that is not there is no news: there is nothing to offer then. */
async function sayNames(session: Session, what: 'processes' | 'groups'): Promise<void> {
  const names = new Set<string>();
  try {
    for (const { group, name } of await session.supervisor.getAllProcessInfo()) {
      if (what === 'groups') names.add(group);
      else {
        names.add(joinName(group, name));
        if (group !== name) names.add(`${group}:*`);
      }
    }
  } catch {
    session.exitStatus = EXIT.generic;
  }
  for (const name of names) session.say(name);
}
