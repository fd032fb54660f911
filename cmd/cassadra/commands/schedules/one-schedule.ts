import { Command } from 'commander';

/** A command about one schedule. */
export function ofOneSchedule(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<application>', 'whose runs they are')
    .argument('<schedule-id>', 'its name within the application');
}
