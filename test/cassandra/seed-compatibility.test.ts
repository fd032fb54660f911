import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Client } from 'cassandra-driver';
import { exactVersion, requireUuid, type StreamRef } from '../../src/core/index.js';
import type { CassandraBackend } from '../../src/backends/cassandra/index.js';
import { appendOne, follow, load, newStream, textEvent, textOf, typeCode } from './events.js';
import { createKeyspace, openServer, rawClient, settingsForTests } from './open-for-tests.js';
import {
  SEED_AGGREGATE,
  SEED_CLEAN_UP,
  SEED_FIRST_EVENT,
  SEED_FURTHER_EVENTS,
  SEED_KEYSPACE_STATEMENT,
  SEED_QUERIES,
  SEED_TABLE,
  SEED_VIEW,
} from './seed-statements.js';

// The published statements name the keyspace: only this file uses it.
const found = await settingsForTests('eventstore');
const skip = 'skip' in found ? found.skip : false;
const aggregate: StreamRef = { id: requireUuid(SEED_AGGREGATE), name: undefined };

function applied(result: { first(): { get(name: string): unknown } | null }): unknown {
  return result.first()?.get('[applied]');
}

describe('the published tables, batches and queries', { skip, concurrency: 1 }, () => {
  if ('skip' in found) return;
  const { settings } = found;
  let raw: Client;

  before(async () => {
    raw = await rawClient(settings);
  });
  after(async () => {
    await raw.execute('DROP KEYSPACE IF EXISTS eventstore');
    await raw.shutdown();
  });

  /** What holds whichever side made the keyspace. */
  async function exerciseBothWays(backend: CassandraBackend): Promise<void> {
    assert.equal(applied(await raw.execute(SEED_FIRST_EVENT)), true);
    assert.equal(applied(await raw.execute(SEED_FIRST_EVENT)), false);
    assert.equal(applied(await raw.execute(SEED_FURTHER_EVENTS)), true);
    assert.equal(applied(await raw.execute(SEED_FURTHER_EVENTS)), false);
    // Their rows through our API …
    const theirs = await load(backend.eventLog, aggregate.id);
    assert.deepEqual(
      theirs.map((event) => [event.version, event.type, textOf(event)]),
      [
        [1, 11, 'aaa'],
        [2, 22, 'bbb'],
        [3, 33, 'ccc'],
      ],
    );
    const options = { limit: 100, boundary: 'millisecond', finished: () => true } as const;
    const byType = await follow(backend, typeCode(22), options);
    assert.deepEqual(
      byType.map((event) => event.stream),
      [SEED_AGGREGATE],
    );
    // … our rows in their stream, …
    const ours = textEvent(22, 'ddd');
    const conflict = { expected: exactVersion(2), events: [textEvent(22, 'no')] };
    assert.deepEqual(await appendOne(backend.eventLog, aggregate, conflict), {
      kind: 'conflict',
      currentVersion: 3,
    });
    const append = { expected: exactVersion(3), events: [ours] };
    assert.equal((await appendOne(backend.eventLog, aggregate, append)).kind, 'appended');
    assert.equal((await appendOne(backend.eventLog, aggregate, append)).kind, 'duplicate');
    const fresh = newStream();
    const events = [textEvent(1, '{"n":1}'), textEvent(2, '{"n":2}')];
    await appendOne(backend.eventLog, fresh, { expected: exactVersion(0), events });
    const following = await follow(backend, typeCode(22), options);
    assert.deepEqual(following.map(textOf), ['bbb', 'ddd']);
    // … their batch after ours, …
    const next = SEED_FURTHER_EVENTS.replace('current_version = 3', 'current_version = 6')
      .replace('IF current_version = 1', 'IF current_version = 4')
      .replace(', 2, 22,', ', 5, 22,')
      .replace(', 3, 33,', ', 6, 33,');
    assert.equal(applied(await raw.execute(next)), true);
    const after6 = { expected: exactVersion(6), events: [textEvent(33, 'eee')] };
    assert.equal((await appendOne(backend.eventLog, aggregate, after6)).kind, 'appended');
    assert.equal((await load(backend.eventLog, aggregate.id)).length, 7);
    // … and all of it through their queries.
    for (const query of SEED_QUERIES) assert.ok((await raw.execute(query)).rows.length > 0, query);
    const count = await raw.execute(SEED_QUERIES[2]);
    assert.equal(String(count.first()?.get('count')), '1');
    const row = await raw.execute(
      'SELECT type, payload FROM eventstore.events WHERE id = ?',
      [fresh.id],
      { prepare: true },
    );
    assert.deepEqual(
      row.rows.map((one): unknown[] => [one.get('type'), one.get('payload')]),
      [
        [1, '{"n":1}'],
        [2, '{"n":2}'],
      ],
    );
  }

  test('run against the keyspace that gentables makes', async () => {
    await raw.execute('DROP KEYSPACE IF EXISTS eventstore');
    await createKeyspace(settings);
    await createKeyspace(settings); // idempotent
    for (const statement of [SEED_KEYSPACE_STATEMENT, SEED_TABLE, SEED_VIEW]) {
      await raw.execute(statement);
    }
    const backend = await openServer(settings);
    await exerciseBothWays(backend);
    await backend.close();
    for (const statement of SEED_CLEAN_UP) await raw.execute(statement);
  });

  test('a keyspace made by the published statements is upgraded in place', async () => {
    await raw.execute('DROP KEYSPACE IF EXISTS eventstore');
    for (const statement of [SEED_KEYSPACE_STATEMENT, SEED_TABLE, SEED_VIEW]) {
      await raw.execute(statement);
    }
    await assert.rejects(openServer(settings), { code: 'SCHEMA_MISMATCH' });
    await createKeyspace(settings);
    const backend = await openServer(settings);
    await exerciseBothWays(backend);
    // The old view lacks our columns: they come from the table.
    const stream = newStream();
    const event = {
      ...textEvent(77, 'with'),
      contentType: 'text/plain',
      metadata: '{"user":"u1"}',
    };
    await appendOne(backend.eventLog, stream, { events: [event] });
    const [recorded] = await follow(backend, typeCode(77), {
      limit: 10,
      boundary: 'event',
      finished: () => true,
    });
    assert.equal(recorded?.eventId, event.eventId);
    assert.equal(recorded?.metadata, event.metadata);
    assert.equal(recorded?.contentType, event.contentType);
    await backend.close();
  });
});
