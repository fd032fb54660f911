import { lastLines, runProgram } from '../../../tools/cassandra/run-program.js';

/** Runs a command to its end and answers what it printed. Rejects when it fails. */
export async function runCommand(command: readonly string[]): Promise<string> {
  const [program = '', ...args] = command;
  const result = await runProgram(program, args);
  if (result === undefined) throw new Error(`there is no program ${program}`);
  if (result.exitCode === 0) return result.output;
  throw new Error(`${command.join(' ')}: ${lastLines(result.output, 5)}`);
}
