import type { Command, Option } from 'commander';

/** What may be typed after the words of a command. */
export interface CommandWords {
  /** The words of the command after the program's name: `['types', 'declare']`. */
  readonly path: readonly string[];
  /** Subcommands, flags, and the values of an argument that has few. */
  readonly words: readonly string[];
  /** Flags that take a value. Without choices: a file, or nobody knows. */
  readonly values: readonly { readonly flag: string; readonly choices: readonly string[] }[];
}

/** All commands of a program, each with what may follow. */
export function commandWords(command: Command, path: readonly string[] = []): CommandWords[] {
  const standard = defaultSubcommand(command);
  const options = [...command.options, ...(standard?.options ?? [])];
  const own: CommandWords = {
    path,
    words: [
      ...command.commands.map((subcommand) => subcommand.name()),
      ...command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
      ...options.flatMap(flagsOf),
      '--help',
    ],
    values: options
      .filter(takesValue)
      .flatMap((option) =>
        flagsOf(option).map((flag) => ({ flag, choices: option.argChoices ?? [] })),
      ),
  };
  const deeper = command.commands.flatMap((subcommand) =>
    commandWords(subcommand, [...path, subcommand.name()]),
  );
  return [own, ...deeper];
}

/** `types` alone is `types list`. */
function defaultSubcommand(command: Command): Command | undefined {
  return command.name() === 'types'
    ? command.commands.find((subcommand) => subcommand.name() === 'list')
    : undefined;
}

function flagsOf({ short, long }: Option): string[] {
  return [short, long].filter((flag) => typeof flag === 'string');
}

function takesValue(option: Option): boolean {
  return option.required;
}
