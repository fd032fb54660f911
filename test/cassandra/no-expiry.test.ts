import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Client } from 'cassandra-driver';
import type { CassandraBackend } from '../../src/backends/cassandra/index.js';
import { appendOne, newStream, textEvent } from './events.js';
import {
  createKeyspace,
  freshKeyspace,
  openServer,
  rawClient,
  settingsForTests,
} from './open-for-tests.js';

const found = await settingsForTests(freshKeyspace());
const skip = 'skip' in found ? found.skip : false;

// A stream whose version expires begins again at 1, beside the events that it has.
describe('events never expire', { skip }, () => {
  if ('skip' in found) return;
  const { settings } = found;
  let backend: CassandraBackend;
  let client: Client;

  before(async () => {
    await createKeyspace(settings);
    backend = await openServer(settings);
    client = await rawClient(settings);
  });
  after(async () => {
    await Promise.all([backend.close(), client.shutdown()]);
  });

  test('no cell of a stream has a time to live', async () => {
    const stream = newStream();
    for (const text of ['first', 'second', 'third']) {
      await appendOne(backend.eventLog, stream, {
        events: [textEvent(1, text), textEvent(2, text)],
      });
      const columns = ['current_version', 'last_savetime', 'payload', 'type', 'event_id'];
      const lives = columns.map((column) => `TTL(${column}) AS ${column}`).join(', ');
      const query = `SELECT ${lives} FROM ${settings.keyspace}.events WHERE id = ?`;
      const { rows } = await client.execute(query, [stream.id], { prepare: true });
      assert.ok(rows.length > 0);
      for (const row of rows) {
        for (const column of columns) {
          assert.equal(row.get(column), null, `${column} expires after the ${text} append`);
        }
      }
    }
  });

  test('only notices expire by default', async () => {
    const query =
      'SELECT table_name, default_time_to_live FROM system_schema.tables WHERE keyspace_name = ?';
    const { rows } = await client.execute(query, [settings.keyspace], { prepare: true });
    const expiring = rows.filter((row) => row.get('default_time_to_live') !== 0);
    assert.deepEqual(
      expiring.map((row): unknown => row.get('table_name')),
      ['timed_event_lane'],
    );
    assert.ok(rows.length > 10);
  });
});
