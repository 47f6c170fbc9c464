/**
 * `completion`: what a shell needs to complete the command line of `supervisorctl`.
 *
 * @module
 */

import { lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName } from '../names/names.ts';
import type { Session } from '../session.ts';
import { allCommands, type Catalogue } from './catalogue.ts';
import { type Command, command } from './command.ts';
import { failWithHelp } from './refuse-arguments.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
const NAMES = ['processes', 'groups'] as const;

export const completion: Command = command({
  name: 'completion',
  arguments: [{ name: 'what', kind: 'word', choices: [...SHELLS, ...NAMES] }],
  options: {},
  summary: 'Prints the completion script of a shell, or the names of processes or groups.',
  help: lines(
    'completion bash|zsh|fish\tPrint a script that completes commands, groups and processes',
    '\t\t\t(for bash: source <(supervisorctl completion bash))',
    'completion processes|groups\tPrint the names of all processes or groups, one per line',
  ),
  details: [
    'For zsh: source <(supervisorctl completion zsh), after compinit. For fish: supervisorctl completion fish | source.',
    'The scripts ask the server for names at the moment of completion, with the flags of the command line.',
  ],
  exits: { generic: 'The server did not answer.', invalidArguments: 'The argument is missing or unknown.' },
  isForFleet: true,
  isStock: false,
  since: '0.1.0',
  run: async (session, { words: [what = '', ...others], catalogue }) => {
    const shell = SHELLS.find((name) => name === what);
    const names = NAMES.find((name) => name === what);
    if (others.length === 0 && shell !== undefined) session.out.write(await scriptFor(shell, catalogue));
    else if (others.length === 0 && names !== undefined) await printNames(session, names);
    else {
      const line = 'Error: completion requires bash, zsh, fish, processes or groups';
      failWithHelp(session, completion, line, EXIT.invalidArguments);
    }
  },
});

async function scriptFor(shell: (typeof SHELLS)[number], catalogue: Catalogue): Promise<string> {
  const [{ bashScript }, { zshScript }, { fishScript }, { CLIENT_FLAGS }] = await Promise.all([
    import('../completion/bash.ts'),
    import('../completion/zsh.ts'),
    import('../completion/fish.ts'),
    import('../flags.ts'),
  ]);
  const script = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell];
  return script(allCommands(catalogue), CLIENT_FLAGS);
}

/** Runs at each press of Tab: a server that does not answer offers nothing, and is not reported. */
async function printNames(session: Session, what: (typeof NAMES)[number]): Promise<void> {
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
  for (const name of names) session.print(name);
}
