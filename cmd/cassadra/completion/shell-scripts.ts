import type { CommandWords } from './command-words.js';

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function pathText({ path }: CommandWords): string {
  return path.map((word) => ` ${word}`).join('');
}

/** The branches of `case` that find the command among the words before the cursor. */
function pathBranches(commands: readonly CommandWords[]): string {
  const paths = commands.filter(({ path }) => path.length > 0).map(pathText);
  return paths.map(quoted).join('|');
}

type Offer = (words: readonly string[]) => string;

function valueBranches(commands: readonly CommandWords[], offer: Offer, files: string): string {
  const branches = commands.flatMap((command) =>
    command.values.map(({ flag, choices }) => {
      const action = choices.length === 0 ? files : offer(choices);
      return `    ${quoted(`${pathText(command)}|${flag}`)}) ${action}; return ;;`;
    }),
  );
  return branches.join('\n');
}

function wordBranches(commands: readonly CommandWords[], offer: Offer): string {
  return commands
    .map((command) => `    ${quoted(pathText(command))}) ${offer(command.words)} ;;`)
    .join('\n');
}

/** For `source <(cassadra completion bash)`. */
export function bashScript(commands: readonly CommandWords[]): string {
  const offer: Offer = (words) =>
    `COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$current"))`;
  return `# bash completion of cassadra; written by: cassadra completion bash
_cassadra() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  local command="" index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$command \${COMP_WORDS[index]}" in
      ${pathBranches(commands)}) command="$command \${COMP_WORDS[index]}" ;;
    esac
  done
  # without a reply bash completes the names of files
  case "$command|$before" in
${valueBranches(commands, offer, ':')}
  esac
  case "$command" in
${wordBranches(commands, offer)}
  esac
}
complete -o default -F _cassadra cassadra
`;
}

/** For `source <(cassadra completion zsh)`, or as a file `_cassadra` in `fpath`. */
export function zshScript(commands: readonly CommandWords[]): string {
  const offer: Offer = (words) => `compadd -- ${words.map(quoted).join(' ')}`;
  return `#compdef cassadra
# zsh completion of cassadra; written by: cassadra completion zsh
_cassadra() {
  local command="" index
  for ((index = 2; index < CURRENT; index++)); do
    case "$command \${words[index]}" in
      ${pathBranches(commands)}) command="$command \${words[index]}" ;;
    esac
  done
  case "$command|\${words[CURRENT-1]}" in
${valueBranches(commands, offer, '_files')}
  esac
  case "$command" in
${wordBranches(commands, offer)}
  esac
  _files
}
compdef _cassadra cassadra
`;
}
