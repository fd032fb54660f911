#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT_CODES } from './exit-codes.js';
import { failureLine, failureOf } from './failure.js';
import { leaveWhenNobodyReads } from './output.js';
import { createProgram } from './program.js';

leaveWhenNobodyReads(process.stdout);
try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  const asked = error instanceof CommanderError && error.exitCode === 0;
  const helped = error instanceof CommanderError && error.code === 'commander.help';
  if (!asked) {
    const failure = failureOf(error);
    const json = process.argv.includes('--json');
    // a command without its subcommand has printed its help instead
    if (!helped) process.stderr.write(`${failureLine(failure, json)}\n`);
    process.exitCode = EXIT_CODES[failure.exit].code;
  }
}
