import type { Argument, Command, Option } from 'commander';
import { EXIT_CODES } from './exit-codes.js';
import { isSettingFlag } from './setting-flags.js';

/** The part of docs/cli.md that is written from the commands; begins with its heading. */
export const REFERENCE_HEADING = '## Commands';

function argumentText(argument: Argument): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

function optionLine({ flags, description, argChoices, defaultValue }: Option): string {
  const choices = argChoices === undefined ? '' : ` One of ${argChoices.join(', ')}.`;
  const standard = typeof defaultValue === 'string' ? ` Default: ${defaultValue}.` : '';
  return `| \`${flags}\` | ${description}.${choices}${standard} |`;
}

function optionTable(options: readonly Option[]): string[] {
  if (options.length === 0) return [];
  return ['', '| Flag | What it is for |', '|---|---|', ...options.map(optionLine)];
}

function isConnectionFlag(option: Option): boolean {
  return option.helpGroupHeading === 'Connection:';
}

/** Flags of settings and of the connection are told once, not at each command. */
function ownOptions(command: Command): Option[] {
  return command.options.filter((option) => !isSettingFlag(option) && !isConnectionFlag(option));
}

function notesOf({ options }: Command): string[] {
  const connects = options.some(isConnectionFlag);
  const sets = options.some(isSettingFlag);
  return [
    ...(connects ? ['', 'Takes the flags of the [connection](#connection).'] : []),
    ...(sets ? ['', 'Takes [settings as flags](#settings-as-flags).'] : []),
  ];
}

function sectionsOf(command: Command, path: readonly string[]): string[] {
  const usage = [...path, ...command.registeredArguments.map(argumentText)].join(' ');
  const own =
    path.length === 0
      ? []
      : [
          '',
          `### cassadra ${path.join(' ')}`,
          '',
          `\`cassadra ${usage}\`: ${command.description()}.`,
          ...optionTable(ownOptions(command)),
          ...notesOf(command),
        ];
  const deeper = command.commands.flatMap((subcommand) =>
    sectionsOf(subcommand, [...path, subcommand.name()]),
  );
  return [...own, ...deeper];
}

function connectionSection(program: Command): string[] {
  const read = program.commands.find((command) => command.name() === 'read');
  const flags = read?.options.filter(isConnectionFlag) ?? [];
  return ['', '## Connection', ...optionTable(flags)];
}

function exitSection(): string[] {
  const rows = Object.values(EXIT_CODES).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  return ['', '## Exit codes', '', '| Code | Meaning |', '|---|---|', ...rows];
}

/** Every command, flag and exit code, as docs/cli.md has them from `REFERENCE_HEADING` on. */
export function referenceOf(program: Command): string {
  return `${[
    REFERENCE_HEADING,
    ...sectionsOf(program, []),
    ...connectionSection(program),
    ...exitSection(),
  ].join('\n')}\n`;
}
