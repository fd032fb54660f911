import { Argument, Command } from 'commander';
import { addExamples } from '../client-command.js';
import { commandWords } from '../completion/command-words.js';
import { bashScript, zshScript } from '../completion/shell-scripts.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript } as const;

/** `completion`: a script that a shell reads, made of the commands as they are. */
export function completionCommand(program: Command): Command {
  const command = new Command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh']));
  addExamples(
    command,
    'completion bash > /etc/bash_completion.d/cassadra',
    'completion zsh > ~/.zfunc/_cassadra',
  );
  return command.action((shell: keyof typeof SCRIPTS) => {
    process.stdout.write(SCRIPTS[shell](commandWords(program)));
  });
}
