import { EXIT_CODES } from './exit-codes.js';

/** Ctrl-C ends the program at once, with the exit code that shells use for it. */
export function leaveOnInterrupt(): void {
  process.on('SIGINT', leave);
}

function leave(): void {
  process.exit(EXIT_CODES.interrupted.code);
}

/** For what is ended by Ctrl-C: aborted by the first one; a second one ends at once. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  process.removeListener('SIGINT', leave);
  process.once('SIGINT', () => {
    process.on('SIGINT', leave);
    end();
  });
  process.once('SIGTERM', end);
  return controller.signal;
}
