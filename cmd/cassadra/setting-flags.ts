import { Option, type Command } from 'commander';
import { noteOf, SETTING_TABLES } from '../../src/runtime/index.js';

type Environment = Readonly<Record<string, string | undefined>>;

const BOOLEAN = '`true` or `false`';

const FLAGS = new WeakSet<Option>();

/** Whether an option stands for a variable of the settings. */
export function isSettingFlag(option: Option): boolean {
  return FLAGS.has(option);
}

function flagOf(variable: string): string {
  return `--${variable.toLowerCase().replaceAll('_', '-')}`;
}

function attributeOf(variable: string): string {
  return new Option(`${flagOf(variable)} <value>`).attributeName();
}

/**
 * Gives a command a flag for each variable of a program's settings: `DATA_DIR` is `--data-dir`.
 * Secrets have none: the arguments of a process are for all to see.
 */
export function addSettingFlags(command: Command, variables: readonly string[]): void {
  const wanted = new Set(variables);
  for (const { title, shape } of SETTING_TABLES) {
    for (const [variable, schema] of Object.entries(shape)) {
      const { allowed, reason, secret } = noteOf(schema);
      if (!wanted.has(variable) || secret === true) continue;
      const value = allowed === BOOLEAN ? '[true|false]' : '<value>';
      const option = new Option(`${flagOf(variable)} ${value}`, `${reason} (${variable})`);
      if (allowed === BOOLEAN) option.preset('true');
      FLAGS.add(option);
      command.addOption(option.helpGroup(`${title}:`));
    }
  }
}

/** The environment with what the flags of a command say on top. */
export function withFlags(
  env: Environment,
  options: Readonly<Record<string, unknown>>,
  variables: readonly string[],
): Environment {
  const set = variables.flatMap((variable) => {
    const value = options[attributeOf(variable)];
    return typeof value === 'string' ? [[variable, value] as const] : [];
  });
  return { ...env, ...Object.fromEntries(set) };
}
