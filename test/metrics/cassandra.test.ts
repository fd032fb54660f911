import assert from 'node:assert/strict';
import { before, describe, test, type TestContext } from 'node:test';
import { openCassandra, type CassandraSettings } from '../../src/backends/cassandra/index.js';
import { ANY_VERSION, FEED_START, parseTypeCode, type TypeCode } from '../../src/core/index.js';
import { createKeyspace, freshKeyspace, settingsForTests } from '../cassandra/open-for-tests.js';
import { FaultySession, type Fault } from '../cassandra/faulty-session.js';
import { NEVER, startMetered, type MeteredServer } from './metered-server.js';

const found = await settingsForTests(freshKeyspace());
const skip = 'skip' in found ? found.skip : false;
const TYPE = typeCode(1);
const REQUESTS = 'cassadra_cassandra_request_duration_seconds_count';
const ERRORS = 'cassadra_cassandra_errors_total';

function typeCode(code: number): TypeCode {
  const type = parseTypeCode(code);
  assert.ok(type !== undefined);
  return type;
}

interface StartOptions {
  readonly choose?: () => Fault | undefined;
  readonly polls?: boolean;
}

function start(
  t: TestContext,
  settings: CassandraSettings,
  { choose = () => undefined, polls = false }: StartOptions = {},
): Promise<MeteredServer> {
  return startMetered(t, {
    open: (components) =>
      openCassandra(settings, components, (inner) => new FaultySession(inner, choose)),
    polls,
  });
}

async function append({ eventStore }: MeteredServer): Promise<void> {
  const events = [{ type: TYPE, content: { kind: 'text', text: 'x' } as const }];
  await eventStore.append({ stream: 'order-1', expected: ANY_VERSION, events }, NEVER);
}

describe('metrics of Cassandra', { skip }, () => {
  if ('skip' in found) return;
  const { settings } = found;
  before(() => createKeyspace(settings));

  test('requests by kind, the driver, tries of writes, the feed, and shards', async (t) => {
    const server = await start(t, settings, { polls: true });
    await append(server);
    const read = { types: [TYPE], after: FEED_START, limit: 10, bytesMax: 1_000_000 };
    await server.eventStore.readByType({ ...read, boundary: 'event' }, NEVER);
    const confirmed = 'cassadra_feed_confirmation_seconds_count';
    const seen = await server.until('the view shows it', (now) => now.value(confirmed) === 1);
    for (const kind of ['read', 'feed_read', 'feed_write', 'lwt']) {
      assert.ok((seen.value(REQUESTS, { kind }) ?? 0) > 0, kind);
    }
    assert.equal(seen.value(ERRORS), 0);
    assert.ok((seen.value('cassadra_cassandra_connections') ?? 0) >= 1);
    assert.ok((seen.value('cassadra_cassandra_requests_in_flight') ?? -1) >= 0);
    assert.equal(seen.value('cassadra_cassandra_nodes', { state: 'up' }), 1);
    assert.equal(seen.value('cassadra_cassandra_nodes', { state: 'down' }), 0);
    assert.ok((seen.value('cassadra_cassandra_clock_skew_seconds') ?? 1) < 0.5);
    assert.equal(seen.value('cassadra_lwt_tries_count', { of: 'append' }), 1);
    assert.equal(seen.value('cassadra_lwt_tries_sum', { of: 'append' }), 1);
    assert.ok((seen.value('cassadra_feed_mark_lag_seconds_count') ?? 0) > 0);
    assert.equal(seen.value('cassadra_feed_unconfirmed_appends'), 0);
    assert.equal(seen.value('cassadra_feed_unconfirmed_age_seconds'), 0);
    assert.equal(seen.value('cassadra_feed_gap_risks_total'), 0);

    const owned = await server.until('all shards are its own', (now) => {
      const all = now.value('cassadra_timer_shards', { state: 'all' }) ?? 0;
      return all > 0 && now.value('cassadra_timer_shards', { state: 'owned' }) === all;
    });
    const all = owned.value('cassadra_timer_shards', { state: 'all' });
    assert.equal(owned.value('cassadra_timer_shards', { state: 'share' }), all);
  });

  test('a try without an answer is undecided, then settled', async (t) => {
    const pending: Fault[] = [];
    const server = await start(t, settings, { choose: () => pending.shift() });
    await append(server);
    pending.push('answer-lost');
    await append(server);
    const seen = await server.until('settled', (now) => {
      return (now.value('cassadra_lwt_tries_count', { of: 'append' }) ?? 0) >= 2;
    });
    assert.equal(seen.value('cassadra_lwt_undecided_total', { of: 'append' }), 1);
    assert.ok((seen.value(ERRORS, { kind: 'lwt', error: 'timeout' }) ?? 0) >= 1);
    assert.ok((seen.value(REQUESTS, { kind: 'serial_read' }) ?? 0) >= 1);
  });

  test('what was closed shows nothing of the driver', async (t) => {
    const server = await start(t, settings);
    await server.eventStore.drain(1_000);
    await server.backend.close();
    const seen = await server.scrape();
    assert.equal(seen.value('cassadra_cassandra_connections'), undefined);
    assert.equal(seen.value('cassadra_cassandra_nodes'), undefined);
    assert.equal(seen.value('cassadra_feed_unconfirmed_appends'), undefined);
  });
});
