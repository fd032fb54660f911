import { version as driverVersion, type Client } from 'cassandra-driver';
import { AppError, ERROR_CATALOGUE } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { Finding } from '../../storage/index.js';
import { levelWarnings, readLevel } from './consistency.js';
import { connect } from './connection.js';
import { diagnoseNodes } from './node-diagnosis.js';
import { agreeOnSerialConsistency, checkSchema } from './schema.js';
import type { CassandraSettings } from './settings.js';
import { diagnoseSizes } from './size-diagnosis.js';

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failed(check: string, error: unknown, remedy: string): Finding {
  const advised = error instanceof AppError ? ERROR_CATALOGUE[error.code].advice : remedy;
  return { check, level: 'fail', text: messageOf(error), remedy: advised };
}

/**
 * Looks at a cluster and at the keyspace in it: nodes, versions, settings, clocks, levels, schema,
 * sizes. Writes nothing but the row that every server writes, which fixes the serial consistency.
 */
export async function diagnoseCassandra(
  settings: CassandraSettings,
  components: Components,
): Promise<readonly Finding[]> {
  let client: Client;
  try {
    ({ client } = await connect(settings, components.logger));
  } catch (error) {
    const remedy = 'name nodes that run by CASSANDRA_HOSTS, and check user, network and TLS';
    return [{ check: 'connection', level: 'fail', text: messageOf(error), remedy }];
  }
  try {
    return [
      { check: 'driver', level: 'ok', text: `cassandra-driver ${driverVersion}` },
      ...(await diagnoseNodes(client, settings.maxClockSkewMs, components)),
      ...(await diagnoseKeyspace(client, settings)),
    ];
  } finally {
    await client.shutdown();
  }
}

async function diagnoseKeyspace(
  client: Client,
  settings: CassandraSettings,
): Promise<readonly Finding[]> {
  const { keyspace } = settings;
  try {
    const { dataCentres, viewIsComplete } = await checkSchema(client, settings);
    const view = viewIsComplete
      ? 'tables and view are there'
      : 'tables are there; the view is that of the original script (slower reads by type)';
    return [
      { check: 'schema', level: 'ok', text: `keyspace ${keyspace}: ${view}` },
      diagnoseLevels(settings, dataCentres),
      await diagnoseReplication(client, keyspace),
      await diagnoseConditionalWrites(client, settings),
      ...(await diagnoseSizes(client, keyspace)),
    ];
  } catch (error) {
    return [failed('schema', error, 'run gentables, or set CREATE_SCHEMA=true')];
  }
}

function diagnoseLevels(settings: CassandraSettings, dataCentres: number): Finding {
  const check = 'consistency';
  const [warning] = levelWarnings(settings, dataCentres);
  const read = readLevel(settings, dataCentres);
  const text = `${dataCentres} data centres, reads ${read}, writes ${settings.writeConsistency}`;
  if (warning === undefined) return { check, level: 'ok', text: `${text}: they overlap` };
  const remedy = 'set both to QUORUM, or reads to LOCAL_QUORUM and writes to EACH_QUORUM';
  return { check, level: 'warn', text: warning, remedy };
}

async function diagnoseReplication(client: Client, keyspace: string): Promise<Finding> {
  const check = 'replication';
  const { rows } = await client.execute(
    'SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?',
    [keyspace],
    { prepare: true },
  );
  const found: unknown = rows[0]?.get('replication');
  const entries =
    found instanceof Map ? [...found].map(([key, value]) => [String(key), String(value)]) : [];
  const factors = entries.filter(([key]) => key !== 'class').map(([, factor]) => Number(factor));
  const text = entries.map((entry) => entry.join(' ')).join(', ');
  const short = text.replace('org.apache.cassandra.locator.', '');
  if (factors.length > 0 && factors.every((factor) => factor >= 3)) {
    return { check, level: 'ok', text: short };
  }
  const remedy = 'three replicas in each data centre outlive a node (ALTER KEYSPACE, then repair)';
  return { check, level: 'warn', text: short, remedy };
}

/** The row is written by LWT, so this also shows that conditional writes work. */
async function diagnoseConditionalWrites(
  client: Client,
  settings: CassandraSettings,
): Promise<Finding> {
  const check = 'conditional writes';
  try {
    await agreeOnSerialConsistency(client, settings);
    return { check, level: 'ok', text: `work, at ${settings.serialConsistency} as all servers do` };
  } catch (error) {
    return failed(check, error, 'a quorum of replicas must be up: look at nodetool status');
  }
}
