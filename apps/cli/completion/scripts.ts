export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What the scripts call; it takes what was typed and tells what may come, one a line: the word, a tab, what it is. */
export const COMPLETE = '__complete';

// Words that hold = or : are one word to the program and several to bash, so they are put together, and what was
// typed before the last such sign is taken off again.
const BASH = `# jobhunter completion bash: eval "$(jobhunter completion bash)", or keep it where bash looks for completions
_jobhunter() {
  local typed="\${COMP_LINE:0:COMP_POINT}" cur IFS=$' \\t\\n'
  local -a words
  read -r -a words <<< "$typed"
  [[ "$typed" == *[[:space:]] ]] && words+=("")
  cur="\${words[\${#words[@]} - 1]}"
  local kept="\${cur%"\${cur##*[=:]}"}"
  local IFS=$'\\n'
  COMPREPLY=($("\${words[0]}" ${COMPLETE} "\${words[@]:1}" 2>/dev/null | cut -f1))
  [[ "$COMP_WORDBREAKS" == *[=:]* && -n "$kept" ]] && COMPREPLY=("\${COMPREPLY[@]#"$kept"}")
  [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == *= ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -o default -F _jobhunter jobhunter
`;

const ZSH = `#compdef jobhunter
# jobhunter completion zsh: eval "$(jobhunter completion zsh)" after compinit, or keep it as _jobhunter on your fpath
_jobhunter() {
  local -a lines described
  local line
  lines=("\${(@f)$("\${words[1]}" ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    [[ -n "$line" ]] || continue
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}\${\${line#*$'\\t'}:+:\${line#*$'\\t'}}")
  done
  if (( $#described )); then
    _describe -t jobhunter jobhunter described
  else
    _files
  fi
}
if [[ "$funcstack[1]" == _jobhunter ]]; then
  _jobhunter "$@"
else
  compdef _jobhunter jobhunter
fi
`;

const FISH = `# jobhunter completion fish: jobhunter completion fish | source, or keep it in ~/.config/fish/completions
function __jobhunter_complete
    set -l words (commandline --tokenize --cut-at-cursor)
    set -l current (commandline --current-token --cut-at-cursor)
    $words[1] ${COMPLETE} $words[2..-1] "$current" 2>/dev/null
end
complete --command jobhunter --no-files --condition 'test -n "$(__jobhunter_complete)"' --arguments '(__jobhunter_complete)'
complete --command jobhunter --condition 'test -z "$(__jobhunter_complete)"' --force-files
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** Gives what a shell has to read once to complete the program's commands. */
export const completionScript = (shell: Shell): string => SCRIPTS[shell];
