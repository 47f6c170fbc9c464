/**
 * Completion scripts for the shells that people use. Names are asked of the server at the moment of completion,
 * with the options that stand on the command line so far.
 *
 * @module
 */

const PROCESS_ACTIONS = 'clear fg logs pid restart signal start status stop tail';
const GROUP_ACTIONS = 'add remove update';
const OTHER_ACTIONS = 'avail completion exit help maintail open quit reload reread shutdown version watch';
const ACTIONS = [PROCESS_ACTIONS, GROUP_ACTIONS, OTHER_ACTIONS].join(' ').split(' ').sort().join(' ');
const SIGNALS = 'HUP INT QUIT KILL USR1 USR2 TERM CONT STOP';
const OPTIONS =
  '-c --configuration -h --help -i --interactive -s --serverurl -u --username -p --password -r --history_file --patterns';

/** For `source <(supervisorctl completion bash)`. */
export function bashScript(): string {
  return `# bash completion for supervisorctl
_supervisorctl() {
  local cur=\${COMP_LINE:0:COMP_POINT} words i action='' target=()
  read -ra words <<<"$cur"
  [[ $cur == *' ' ]] && words+=('')
  cur=\${words[-1]}
  local last=$((\${#words[@]} - 1))
  for ((i = 1; i < last; i++)); do
    case \${words[i]} in
      -c | -s | -u | -p | -r | --configuration | --serverurl | --username | --password | --history_file)
        target+=("\${words[i]}" "\${words[i + 1]}")
        i=$((i + 1)) ;;
      -*=* | -[csupr]*) target+=("\${words[i]}") ;;
      -*) ;;
      *) action=\${words[i]}; break ;;
    esac
  done
  local choices=''
  case \${words[last - 1]} in
    -c | --configuration | -r | --history_file) COMPREPLY=($(compgen -f -- "$cur")); return ;;
  esac
  case $action in
    '') [[ $cur == -* ]] && choices='${OPTIONS}' || choices='${ACTIONS}' ;;
    help) choices='${ACTIONS}' ;;
    completion) choices='bash zsh fish' ;;
    ${GROUP_ACTIONS.replaceAll(' ', ' | ')}) choices=$("\${words[0]}" "\${target[@]}" completion groups 2>/dev/null) ;;
    signal) [[ $i -eq $((last - 1)) ]] && choices='${SIGNALS}' ||
      choices=$("\${words[0]}" "\${target[@]}" completion processes 2>/dev/null) ;;
    ${PROCESS_ACTIONS.replaceAll('signal ', '').replaceAll(' ', ' | ')})
      choices=$("\${words[0]}" "\${target[@]}" completion processes 2>/dev/null) ;;
  esac
  local IFS=$' \\t\\n' choice
  COMPREPLY=()
  set -f
  for choice in $choices; do
    [[ $choice == "$cur"* ]] && COMPREPLY+=("$choice")
  done
  set +f
  # A colon ends a word for bash: what stands before it is there already.
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    local before=\${cur%"\${cur##*:}"}
    for i in "\${!COMPREPLY[@]}"; do COMPREPLY[i]=\${COMPREPLY[i]#"$before"}; done
  fi
}
complete -F _supervisorctl supervisorctl
`;
}

/** For `supervisorctl completion zsh > ~/.zfunc/_supervisorctl`. */
export function zshScript(): string {
  return `#compdef supervisorctl
_supervisorctl() {
  local i action='' skip=0 target=() at=0
  for ((i = 2; i < CURRENT; i++)); do
    case \${words[i]} in
      -c|-s|-u|-p|-r|--configuration|--serverurl|--username|--password|--history_file)
        target+=("\${words[i]}" "\${words[i + 1]}"); ((i++)) ;;
      -*=*|-[csupr]*) target+=("\${words[i]}") ;;
      -*) ;;
      *) action=\${words[i]}; at=$i; break ;;
    esac
  done
  local choices=()
  case \${words[CURRENT - 1]} in
    -c|--configuration|-r|--history_file) _files; return ;;
  esac
  case $action in
    '') if [[ \${words[CURRENT]} == -* ]]; then choices=(${OPTIONS}); else choices=(${ACTIONS}); fi ;;
    help) choices=(${ACTIONS}) ;;
    completion) choices=(bash zsh fish) ;;
    ${GROUP_ACTIONS.replaceAll(' ', '|')}) choices=(\${(f)"$(\${words[1]} $target completion groups 2>/dev/null)"}) ;;
    ${PROCESS_ACTIONS.replaceAll(' ', '|')})
      if [[ $action == signal && $at -eq $((CURRENT - 1)) ]]; then choices=(${SIGNALS})
      else choices=(\${(f)"$(\${words[1]} $target completion processes 2>/dev/null)"}); fi ;;
  esac
  compadd -a choices
}
if [ "$funcstack[1]" = "_supervisorctl" ]; then _supervisorctl "$@"; else compdef _supervisorctl supervisorctl; fi
`;
}

/** For `supervisorctl completion fish | source`. */
export function fishScript(): string {
  return `# fish completion for supervisorctl
function __supervisorctl_names
    set -l words (commandline -opc)
    set -l target
    for i in (seq 2 (count $words))
        switch $words[$i]
            case -c -s -u -p -r --configuration --serverurl --username --password --history_file
                set -l next (math $i + 1)
                set -a target $words[$i] $words[$next]
            case '--*=*' '-c*' '-s*' '-u*' '-p*' '-r*'
                set -a target $words[$i]
        end
    end
    $words[1] $target completion $argv[1] 2>/dev/null
end
# Options may take a word of their own, so the first word that is no option need not be the action.
function __supervisorctl_action
    set -l words (commandline -opc)
    set -e words[1]
    set -l is_value 0
    for word in $words
        if test $is_value = 1
            set is_value 0
            continue
        end
        switch $word
            case -c -s -u -p -r --configuration --serverurl --username --password --history_file
                set is_value 1
            case '-*'
            case '*'
                echo $word
                return
        end
    end
end
function __supervisorctl_has_action
    set -l action (__supervisorctl_action)
    test -n "$action"
end
function __supervisorctl_is
    set -l action (__supervisorctl_action)
    test -n "$action"; and contains -- $action $argv
end
function __supervisorctl_wants_signal
    test (commandline -opc)[-1] = signal; and __supervisorctl_is signal
end
complete -c supervisorctl -f
complete -c supervisorctl -n 'not __supervisorctl_has_action' -a '${ACTIONS}'
complete -c supervisorctl -n '__supervisorctl_wants_signal' -a '${SIGNALS}'
complete -c supervisorctl -n '__supervisorctl_is ${PROCESS_ACTIONS}; and not __supervisorctl_wants_signal' -a '(__supervisorctl_names processes)'
complete -c supervisorctl -n '__supervisorctl_is ${GROUP_ACTIONS}' -a '(__supervisorctl_names groups)'
complete -c supervisorctl -n '__supervisorctl_is help' -a '${ACTIONS}'
complete -c supervisorctl -n '__supervisorctl_is completion' -a 'bash zsh fish'
complete -c supervisorctl -s c -l configuration -r -F -d 'configuration file'
complete -c supervisorctl -s r -l history_file -r -F -d 'history file'
complete -c supervisorctl -s s -l serverurl -x -d 'URL of the server'
complete -c supervisorctl -s u -l username -x -d 'user name'
complete -c supervisorctl -s p -l password -x -d 'password'
complete -c supervisorctl -s i -l interactive -d 'ask before the daemon is ended'
complete -c supervisorctl -s h -l help -d 'print the usage'
complete -c supervisorctl -l patterns -d 'read names as patterns'
`;
}
