/**
 * The completion script for bash: `source <(supervisorctl completion bash)`.
 *
 * @module
 */
import type { FlagRow } from '../../config/tables/flag.ts';
import type { CommandDescription } from '../description.ts';
import { commandNames, flagWords } from './offers.ts';
import { nameCases, optionCases, pathFlags, valueFlags, wholeFlags, wordCases } from './shell-cases.ts';

/** Names come from the server that the flags on the command line point to, at the moment of completion. */
export function bashScript(commands: readonly CommandDescription[], flags: readonly FlagRow[]): string {
  const branches = (lines: readonly string[]): string => lines.map((line) => `      ${line}\n`).join('');
  return `# bash completion for supervisorctl
_supervisorctl() {
  local cur=\${COMP_LINE:0:COMP_POINT} words i action='' place=0 target=() choices='' names=''
  read -ra words <<<"$cur"
  [[ $cur == *' ' ]] && words+=('')
  cur=\${words[-1]}
  local last=$((\${#words[@]} - 1))
  for ((i = 1; i < last; i++)); do
    if [[ -n $action ]]; then
      [[ \${words[i]} == --* ]] || place=$((place + 1))
      continue
    fi
    case \${words[i]} in
      ${valueFlags(flags)})
        target+=("\${words[i]}" "\${words[i + 1]}")
        i=$((i + 1)) ;;
      ${wholeFlags(flags)}) target+=("\${words[i]}") ;;
      -*) ;;
      *) action=\${words[i]} ;;
    esac
  done
  COMPREPLY=()
  if [[ -z $action ]]; then
    case \${words[last - 1]} in
      ${pathFlags(flags)}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
      ${valueFlags(flags)}) return ;;
    esac
    [[ $cur == -* ]] && choices='${flagWords(flags).join(' ')}' || choices='${commandNames(commands).join(' ')}'
  else
    case $action:$place in
${branches(wordCases(commands))}    esac
    case $action:$place in
${branches(nameCases(commands))}    esac
    if [[ $cur == -* ]]; then
      case $action:$place in
${branches(optionCases(commands))}      esac
    elif [[ -n $names ]]; then
      choices+=" $("\${words[0]}" "\${target[@]}" completion $names 2>/dev/null)"
    fi
  fi
  local IFS=$' \\t\\n' choice
  set -f
  for choice in $choices; do
    [[ $choice == "$cur"* ]] && COMPREPLY+=("$choice")
  done
  set +f
  # A colon ends a word for bash, which keeps what stands before it.
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    local before=\${cur%"\${cur##*:}"}
    for i in "\${!COMPREPLY[@]}"; do COMPREPLY[i]=\${COMPREPLY[i]#"$before"}; done
  fi
}
complete -F _supervisorctl supervisorctl
`;
}
