import type { Command } from 'commander';
import type { Cassadra } from '../../src/client/index.js';
import { addConnectionFlags, openStore, type ConnectionFlags } from './connection.js';
import { leaveOnInterrupt } from './interrupts.js';
import { Output } from './output.js';

export interface CommonFlags {
  readonly json?: boolean;
}

export interface ClientCall {
  readonly store: Cassadra;
  readonly output: Output;
}

/** `--json`, which every command has. */
export function addJsonFlag(command: Command): Command {
  return command.option('--json', 'print JSON: one object, or one a line');
}

/** The flags of every command that calls a server. */
export function addClientFlags(command: Command): Command {
  return addConnectionFlags(addJsonFlag(command));
}

/** Standard output as the flags want it. */
export function outputOf(flags: CommonFlags): Output {
  return new Output(process.stdout, flags.json === true);
}

/** Runs a command against the server that its flags name, and closes the connection after it. */
export async function withStore(
  flags: ConnectionFlags & CommonFlags,
  run: (call: ClientCall) => Promise<void>,
  patient = false,
): Promise<void> {
  leaveOnInterrupt();
  const store = openStore(flags, patient);
  try {
    await run({ store, output: outputOf(flags) });
  } finally {
    await store.close();
  }
}

/** Examples under the help of a command. */
export function addExamples(command: Command, ...lines: readonly string[]): Command {
  const examples = lines.map((line) => `  $ cassadra ${line}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${examples}\n`);
}
