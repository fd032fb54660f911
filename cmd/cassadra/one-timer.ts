import { Command } from 'commander';

/** A command about one timed event. */
export function ofOneTimer(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<application>', 'who has scheduled it')
    .argument('<event-id>', 'its name within the application');
}
