import { Command } from 'commander';
import { storeSettings } from '../../../src/runtime/index.js';
import { addExamples } from '../client-command.js';
import { addSettingFlags, withFlags } from '../setting-flags.js';

/** `serve`: the program `grpc-store`, with its settings as flags. */
export function serveCommand(): Command {
  const variables = Object.keys(storeSettings.shape);
  const command = new Command('serve').description(
    'run the server until Ctrl-C; every setting is a flag, or a variable of the environment',
  );
  addSettingFlags(command, variables);
  addExamples(
    command,
    'serve --data-dir ./data --port 8080',
    'serve --storage cassandra --cassandra-hosts 10.0.0.1,10.0.0.2 --create-schema',
  );
  return command.action(async (flags: Readonly<Record<string, unknown>>) => {
    // loaded when it is wanted: the other commands begin faster without it
    const { serve } = await import('../../grpc-store/serve.js');
    await serve(withFlags(process.env, flags, variables));
  });
}
