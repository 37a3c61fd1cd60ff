import type { CompletionShell } from './complete-words.ts';

// Our own scripts, since the library's build a command line from the typed words and evaluate it. Here each typed word is passed as one argument and
// never expanded, and only plain words are offered (names.ts).

const BASH = `# bash completion for clawreach
__clawreach_complete() {
  local word rest
  COMPREPLY=()
  while IFS=$'\\t' read -r word rest; do
    [[ $word == :* ]] || COMPREPLY+=("$word")
  done < <(clawreach complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  [[ "\${COMPREPLY[0]}" == *[:/] ]] && compopt -o nospace
}
complete -o default -F __clawreach_complete clawreach
`;

/** Script for zsh. The flag `Q` removes quotes without expanding anything, and zsh quotes the inserted word. */
const ZSH = `#compdef clawreach
# zsh completion for clawreach
_clawreach() {
  emulate -L zsh
  local word about
  local -a typed offered shown
  typed=("\${(@)words[2,CURRENT-1]}" "$PREFIX")
  while IFS=$'\\t' read -r word about; do
    [[ -z "$word" || "$word" == :* ]] && continue
    offered+=("$word")
    shown+=("$word\${about:+  -- $about}")
  done < <(command clawreach complete -- "\${(@Q)typed}" 2>/dev/null)
  if (( ! \${#offered} )); then
    _files
    return
  fi
  [[ "$PREFIX" == --*=* ]] && compset -P 1 '*='
  if [[ "$offered[1]" == *[:/] ]]; then
    compadd -S '' -l -d shown -a offered
  else
    compadd -l -d shown -a offered
  fi
}
if [[ "\${funcstack[1]}" == _clawreach ]]; then
  _clawreach "$@"
else
  compdef _clawreach clawreach
fi
`;

const FISH = `# fish completion for clawreach
function __clawreach_offer
    set -l typed (commandline --current-process --tokenize --cut-at-cursor)
    set -l current (commandline --current-token --cut-at-cursor)
    set -g __clawreach_offered (command clawreach complete -- $typed[2..-1] "$current" 2>/dev/null | string match --invert --regex '^:')
    test (count $__clawreach_offered) -gt 0
end
complete --command clawreach --erase
complete --command clawreach --no-files --condition __clawreach_offer --arguments '$__clawreach_offered'
`;

/**
 * Script for PowerShell. On Windows `clawreach` is a batch file, and cmd.exe interprets its arguments again, so the
 * script offers nothing after words with special characters. Older PowerShell versions drop empty arguments, so each
 * word is passed with a plus sign in front.
 */
const POWERSHELL = `# PowerShell completion for clawreach
Register-ArgumentCompleter -Native -CommandName clawreach -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $typed = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
    if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
  })
  $typed += "$wordToComplete"
  foreach ($word in $typed) { if ($word -notmatch '^[\\p{L}\\p{N}._@:/=+-]*\\z') { return } }
  $arguments = @($typed | ForEach-Object { "+$_" })
  $before = [Console]::OutputEncoding
  try {
    [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
    $lines = @(& clawreach complete --signed '--' @arguments 2>$null)
  } finally {
    [Console]::OutputEncoding = $before
  }
  foreach ($line in $lines) {
    $word, $about = $line.Split([char]9, 2)
    if ($word -notmatch '^[\\p{L}\\p{N}._@:/+-]+\\z') { continue }
    if (-not $about) { $about = $word }
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $about)
  }
}
`;

const SCRIPTS: Readonly<Record<CompletionShell, string>> = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL };

/**
 * Returns the completion script for a shell to source. On each Tab, the script runs `clawreach complete -- WORDS`.
 * Pure.
 */
export function completionScript(shell: CompletionShell): string {
  return SCRIPTS[shell];
}
