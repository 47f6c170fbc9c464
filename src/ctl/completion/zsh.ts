/**
 * The completion script for zsh: `source <(supervisorctl completion zsh)`, or a file `_supervisorctl` in `$fpath`.
 *
 * @module
 */
import type { FlagRow } from '../../config/tables/flag.ts';
import type { CommandDescription } from '../description.ts';
import { commandNames, flagWords } from './offers.ts';
import { nameCases, optionCases, pathFlags, valueFlags, wholeFlags, wordCases } from './shell-cases.ts';

/** Names come from the server that the flags on the command line point to, at the moment of completion. */
export function zshScript(commands: readonly CommandDescription[], flags: readonly FlagRow[]): string {
  const branches = (lines: readonly string[]): string =>
    lines.map((line) => `      ${line.replace(/choices\+=' (.*)' ;;$/, 'choices+=($1) ;;')}\n`).join('');
  return `#compdef supervisorctl
_supervisorctl() {
  local i action='' place=0 names='' target=() choices=()
  for ((i = 2; i < CURRENT; i++)); do
    if [[ -n $action ]]; then
      [[ \${words[i]} == --* ]] || ((place += 1))
      continue
    fi
    case \${words[i]} in
      ${valueFlags(flags)})
        target+=("\${words[i]}" "\${words[i + 1]}"); ((i++)) ;;
      ${wholeFlags(flags)}) target+=("\${words[i]}") ;;
      -*) ;;
      *) action=\${words[i]} ;;
    esac
  done
  if [[ -z $action ]]; then
    case \${words[CURRENT - 1]} in
      ${pathFlags(flags)}) _files; return ;;
      ${valueFlags(flags)}) return ;;
    esac
    if [[ \${words[CURRENT]} == -* ]]; then choices=(${flagWords(flags).join(' ')})
    else choices=(${commandNames(commands).join(' ')}); fi
  else
    case $action:$place in
${branches(wordCases(commands))}    esac
    case $action:$place in
${branches(nameCases(commands))}    esac
    if [[ \${words[CURRENT]} == -* ]]; then
      case $action:$place in
${branches(optionCases(commands))}      esac
    elif [[ -n $names ]]; then
      choices+=(\${(f)"$(\${words[1]} $target completion $names 2>/dev/null)"})
    fi
  fi
  compadd -a choices
}
if [ "$funcstack[1]" = "_supervisorctl" ]; then _supervisorctl "$@"; else compdef _supervisorctl supervisorctl; fi
`;
}
