import { Command } from 'commander';
import { createLogger, gentablesSettings, parseSettings } from '../../../src/runtime/index.js';
import { addExamples, addJsonFlag, outputOf, type CommonFlags } from '../client-command.js';
import { leaveOnInterrupt } from '../interrupts.js';
import { addSettingFlags, withFlags } from '../setting-flags.js';

const VARIABLES = Object.keys(gentablesSettings.shape);

type Flags = CommonFlags & Readonly<Record<string, unknown>>;

/** Loaded when it is wanted: the other commands begin faster without the driver. */
async function tables(flags: Flags) {
  const env = withFlags(process.env, flags, VARIABLES);
  const variables = parseSettings(gentablesSettings, env);
  const { cassandraSettingsOf } = await import('../../shared/cassandra-settings.js');
  const { applySchema, schemaText } = await import('../../../src/backends/cassandra/index.js');
  const settings = cassandraSettingsOf(variables);
  return {
    keyspace: settings.keyspace,
    files: () => schemaText(settings),
    apply: () => applySchema(settings, createLogger('cassadra', 'warn')),
  };
}

/** `schema print` and `schema apply`: the tables in Cassandra. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('the tables in Cassandra')
    .addCommand(printCommand())
    .addCommand(applyCommand());
}

function printCommand(): Command {
  const command = new Command('print').description('print the CQL that `schema apply` runs');
  addSettingFlags(command, VARIABLES);
  addExamples(command, 'schema print --cassandra-replication DC1:3 | cqlsh');
  return addJsonFlag(command).action(async (flags: Flags) => {
    leaveOnInterrupt();
    const output = outputOf(flags);
    const files = await (await tables(flags)).files();
    for (const { file, statements } of files) {
      const cql = statements.map((statement) => `${statement};\n`).join('\n');
      await output.show({ file, statements }, () => `-- ${file}\n${cql}`);
    }
  });
}

function applyCommand(): Command {
  const command = new Command('apply').description(
    'make or upgrade keyspace, tables and view; running it again changes nothing',
  );
  addSettingFlags(command, VARIABLES);
  addExamples(command, 'schema apply --cassandra-hosts 10.0.0.1 --cassandra-replication DC1:3');
  return addJsonFlag(command).action(async (flags: Flags) => {
    leaveOnInterrupt();
    const output = outputOf(flags);
    const { keyspace, apply } = await tables(flags);
    const applied = await apply();
    await output.show({ keyspace, applied }, () =>
      [...applied.map((file) => `applied ${file}`), `The keyspace ${keyspace} is ready.`].join(
        '\n',
      ),
    );
  });
}
