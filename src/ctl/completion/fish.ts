/**
 * The completion script for fish: `supervisorctl completion fish | source`.
 *
 * @module
 */
import type { FlagRow } from '../../config/tables/flag.ts';
import type { CommandDescription } from '../description.ts';
import { flagWords, offersOf } from './offers.ts';
import { nameSwitches, valueLetters } from './shell-cases.ts';

/** Names come from the server that the flags on the command line point to, at the moment of completion. */
export function fishScript(commands: readonly CommandDescription[], flags: readonly FlagRow[]): string {
  const withValue = flagWords(flags.filter(({ value }) => value !== null)).join(' ');
  const joined = [...valueLetters(flags)].map((letter) => `'-${letter}*'`).join(' ');
  return `# fish completion for supervisorctl
function __supervisorctl_names
    set -l words (commandline -opc)
    set -l target
    for i in (seq 2 (count $words))
        switch $words[$i]
            case ${withValue}
                set -l next (math $i + 1)
                set -a target $words[$i] $words[$next]
            case '--*=*' ${[joined, ...nameSwitches(flags)].join(' ')}
                set -a target $words[$i]
        end
    end
    $words[1] $target completion $argv[1] 2>/dev/null
end
# Prints the action and the number of words between it and the word that is completed.
function __supervisorctl_place
    set -l words (commandline -opc)
    set -e words[1]
    set -l is_value 0
    set -l action
    set -l place 0
    for word in $words
        if test $is_value = 1
            set is_value 0
            continue
        end
        if test -n "$action"
            string match -q -- '--*' $word; or set place (math $place + 1)
            continue
        end
        switch $word
            case ${withValue}
                set is_value 1
            case '-*'
            case '*'
                set action $word
        end
    end
    test -n "$action"; and printf '%s\\n' $action $place
end
function __supervisorctl_has_action
    set -l place (__supervisorctl_place)
    test -n "$place[1]"
end
function __supervisorctl_is
    set -l place (__supervisorctl_place)
    test -n "$place[1]"; and contains -- $place[1] $argv
end
function __supervisorctl_at
    set -l place (__supervisorctl_place)
    test -n "$place[1]"; and test $place[2] -eq $argv[1]; and contains -- $place[1] $argv[2..-1]
end
function __supervisorctl_from
    set -l place (__supervisorctl_place)
    test -n "$place[1]"; and test $place[2] -ge $argv[1]; and contains -- $place[1] $argv[2..-1]
end
complete -c supervisorctl -f
${[...commandLines(commands), ...placeLines(commands), ...optionLines(commands), ...flags.map(flagLine)].join('\n')}
`;
}

function commandLines(commands: readonly CommandDescription[]): string[] {
  return commands.map(
    ({ name, summary }) => `${when('not __supervisorctl_has_action')} -a ${name} -d ${quote(summary)}`,
  );
}

function placeLines(commands: readonly CommandDescription[]): string[] {
  return offersOf(commands).flatMap(({ command, place, isLast, words, names }) => {
    const condition = when(`__supervisorctl_${isLast ? 'from' : 'at'} ${place} ${command}`);
    return [
      ...(words.length > 0 ? [`${condition} -a ${quote(words.join(' '))}`] : []),
      ...(names === null ? [] : [`${condition} -a '(__supervisorctl_names ${names})'`]),
    ];
  });
}

function optionLines(commands: readonly CommandDescription[]): string[] {
  return commands.flatMap(({ name, options }) =>
    Object.values(options).map(
      ({ flag, value, help }) =>
        `${when(`__supervisorctl_is ${name}`)} -l ${flag.slice(2)}${value === null ? '' : ' -x'} -d ${quote(help)}`,
    ),
  );
}

function flagLine({ short, long, value, isPath, help }: FlagRow): string {
  const names = `${short === null ? '' : ` -s ${short}`} -l ${long}`;
  const takes = value === null ? '' : isPath === true ? ' -r -F' : ' -x';
  return `${when('not __supervisorctl_has_action')}${names}${takes} -d ${quote(help)}`;
}

function when(condition: string): string {
  return `complete -c supervisorctl -n '${condition}'`;
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
