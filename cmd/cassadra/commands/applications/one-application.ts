import { Command } from 'commander';

/** A command about one application. */
export function ofOneApplication(name: string, description: string): Command {
  return new Command(name).description(description).argument('<application>', 'who schedules');
}

/** A command about one destination of an application. */
export function ofOneDestination(name: string, description: string): Command {
  return ofOneApplication(name, description).argument('<url>', 'any URL of the destination');
}
