import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  requireUuid,
  STREAM_NAMESPACE,
  streamRef,
  type StreamRef,
  type TypeCode,
  type Uuid,
} from '../../src/core/index.js';
import type { CassandraBackend } from '../../src/backends/cassandra/index.js';
import { systemIds } from '../../src/runtime/index.js';
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
const nameToUuid = (name: string): Uuid => requireUuid(systemIds.nameId(name, STREAM_NAMESPACE));
const STREAMS = 120;
const NAMES = 230;

describe('the walk over streams, and names of types, on two servers', { skip }, () => {
  if ('skip' in found) return;
  const { settings } = found;
  let one: CassandraBackend;
  let other: CassandraBackend;

  before(async () => {
    await createKeyspace(settings);
    [one, other] = await Promise.all([openServer(settings), openServer(settings)]);
  });
  after(async () => {
    await Promise.all([one.close(), other.close()]);
  });

  async function walk(limit: number): Promise<StreamRef[]> {
    const streams: StreamRef[] = [];
    let place: string | undefined = '';
    for (let pages = 0; place !== undefined; pages += 1) {
      const server = pages % 2 === 0 ? one : other;
      const page = await server.streams.walkStreams({ after: place, limit });
      assert.ok(page.streams.length <= limit);
      streams.push(...page.streams);
      place = page.next;
    }
    return streams;
  }

  const byId = (left: StreamRef, right: StreamRef): number => (left.id < right.id ? -1 : 1);

  test('each stream once with its name, page by page on either server', async () => {
    assert.deepEqual(await walk(10), []);
    const streams = Array.from({ length: STREAMS }, (_, index) => {
      const name = `walk/${index}`;
      return index % 3 > 0 ? newStream() : streamRef(name, nameToUuid);
    });
    for (const [index, stream] of streams.entries()) {
      const events = Array.from({ length: 1 + (index % 3) }, () => textEvent(1, 'e'));
      await appendOne(one.eventLog, stream, { events });
    }
    const raw = await rawClient(settings);
    const table = `${settings.keyspace}.events`;
    const insert = `INSERT INTO ${table} (id, version, savetime) VALUES (?, 1, 1)`;
    for (let index = 0; index < 5; index += 1) {
      await raw.execute(insert, [randomUUID()], { prepare: true });
    }
    await raw.shutdown();
    for (const limit of [1, 7, STREAMS, 10_000]) {
      assert.deepEqual((await walk(limit)).toSorted(byId), streams.toSorted(byId), `${limit}`);
    }
  });

  test('a name that stands in several shards is listed once, on every page', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `listed/${index + 10}`);
    const appends = names.map((name) =>
      appendOne(one.eventLog, streamRef(name, nameToUuid), { events: [textEvent(1, 'e')] }),
    );
    await Promise.all(appends);
    const raw = await rawClient(settings);
    const table = `${settings.keyspace}.stream_names`;
    const insert = `INSERT INTO ${table} (shard, name, id) VALUES (?, ?, ?)`;
    for (let shard = 0; shard < 16; shard += 1) {
      for (const name of names.slice(0, 5 + shard)) {
        await raw.execute(insert, [shard, name, nameToUuid(name)], { prepare: true });
      }
    }
    await raw.shutdown();
    for (const limit of [1, 3, names.length, 1_000]) {
      const listed: string[] = [];
      for (let after: string | undefined = ''; after !== undefined; ) {
        const page = await other.streams.listStreams({ prefix: 'listed/', after, limit });
        listed.push(...page.map(({ name }) => name));
        after = page.length < limit ? undefined : page.at(-1)?.name;
      }
      assert.deepEqual(listed, names, `${limit} a page`);
    }
  });

  test('a place of another storage is refused', async () => {
    for (const place of ['x', 'w1.', 'w1.7', `w2.${randomUUID()}`, randomUUID()]) {
      await assert.rejects(one.streams.walkStreams({ after: place, limit: 1 }), {
        code: 'CURSOR_INVALID',
      });
    }
  });

  test('a code that one server has given out is found by the other, and its name', async () => {
    const codes: TypeCode[] = [];
    for (let index = 0; index < NAMES; index += 1) {
      const name = `type/${index}`;
      assert.equal(await other.eventTypes.findCode(name), undefined);
      const code = await one.eventTypes.codeOf(name);
      assert.equal(await other.eventTypes.findCode(name), code);
      codes.push(code);
    }
    const names = await other.eventTypes.namesOf([...codes, ...codes]);
    assert.equal(names.size, NAMES);
    for (const [index, code] of codes.entries()) assert.equal(names.get(code), `type/${index}`);
    assert.deepEqual(await other.eventTypes.namesOf([]), new Map());
  });
});
