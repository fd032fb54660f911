import type { ExitName } from './exit-codes.js';

/** What the command line itself has to complain about. The message ends with what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string) {
    super(message);
    this.exit = exit;
  }
}
