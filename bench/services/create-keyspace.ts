import { readFile } from 'node:fs/promises';
import { Client } from 'cassandra-driver';
import { inCheckout } from '../subjects/cassadra/in-checkout.js';

/** Makes an empty keyspace in place of an old one. Statements name it `eventstore`. */
export async function createKeyspace(
  hosts: string,
  keyspace: string,
  statements: readonly string[],
): Promise<void> {
  const client = new Client({ contactPoints: [hosts], localDataCenter: 'datacenter1' });
  await client.connect();
  try {
    await client.execute(`DROP KEYSPACE IF EXISTS ${keyspace}`);
    for (const statement of statements) {
      await client.execute(statement.replaceAll(/\beventstore\b/gu, keyspace));
    }
  } finally {
    await client.shutdown();
  }
}

/** The statements of files of the checkout's folder cql/. */
export async function cqlStatements(files: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(files.map((file) => readFile(inCheckout(`cql/${file}`), 'utf8')));
  const statements = texts.flatMap((text) => text.replaceAll(/--.*$/gmu, '').split(';'));
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}
