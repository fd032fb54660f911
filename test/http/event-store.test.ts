import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { ask, serveEventStore, type EventStoreUnderTest } from './event-store-under-test.js';
import { HttpStream } from './http-stream.js';

let served: EventStoreUnderTest;
let port: number;

before(async () => {
  served = await serveEventStore();
  port = served.port;
});

after(() => served.stop());

const ID = '0192f0c1-2345-7abc-8def-00112233445';

/** A text as it is; anything else cannot be one by mistake. */
const textOf = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

interface Event {
  readonly [field: string]: JsonValue;
}

/** The events of a stream, as its lines have them. */
async function eventsOf(path: string): Promise<readonly Event[]> {
  const { status, json } = await ask(port, path);
  assert.equal(status, 200, JSON.stringify(json));
  return (json.lines as { events: Event[] }[]).flatMap(({ events }) => events);
}

describe('each method over HTTP', () => {
  const JSON_TEXT = ' {"n":12345678901234567890,"n":1.0,"ü":"\\u00fc"}\n';
  const metadata = { correlationId: 'c', ü: '"' };
  const events: JsonObject[] = [
    { eventId: `${ID}1`, type: 'Opened', json: JSON_TEXT, metadata },
    { eventId: `${ID}2`, typeCode: -7, data: 'AP8=', contentType: 'application/x-own' },
  ];

  test('Append: events are kept as they are; a repeat is found', async () => {
    const first = await ask(port, '/v1/streams/a/events', { expectedVersion: 0, events });
    assert.equal(first.status, 200, JSON.stringify(first.json));
    const { savetimeMs, ...versions } = first.json;
    assert.match(textOf(savetimeMs), /^\d{13}$/);
    assert.deepEqual(versions, { firstVersion: 1, lastVersion: 2, duplicate: false });
    const repeated = await ask(port, '/v1/events', { stream: 'a', expected_version: 0, events });
    assert.deepEqual(repeated.json, { ...first.json, duplicate: true });
    const conflict = await ask(port, '/v1/streams/a/events', {
      ...{ expectedState: 'EXPECTED_STATE_NO_STREAM', events: [{ type: 'Opened' }] },
    });
    const { code, current_version: current } = conflict.json;
    assert.deepEqual([conflict.status, code, current], [409, 'VERSION_CONFLICT', '2']);
  });

  test('ReadStream: lines of events, in both directions', async () => {
    const [opened, other] = await eventsOf('/v1/streams/a/events');
    assert.deepEqual([opened?.json, opened?.metadata], [JSON_TEXT, metadata]);
    assert.deepEqual([opened?.type, opened?.contentType], ['Opened', 'application/json']);
    const { data, typeCode, contentType, type, version } = other ?? {};
    assert.deepEqual([data, typeCode, contentType], ['AP8=', -7, 'application/x-own']);
    assert.deepEqual([type, version], ['', 2]);
    const back = '/v1/streams/a/events?direction=READ_DIRECTION_BACKWARD&limit=1';
    assert.deepEqual(await eventsOf(back), [other]);
    assert.deepEqual(await eventsOf('/v1/streams/a/events?from_version=3'), []);
    assert.deepEqual(await eventsOf('/v1/streams/none/events'), []);
  });

  test('GetStream', async () => {
    const { json } = await ask(port, '/v1/streams/a');
    assert.deepEqual([json.stream, json.currentVersion], ['a', 2]);
    assert.match(textOf(json.firstSavetimeMs), /^\d{13}$/);
    const none = await ask(port, '/v1/streams/none');
    assert.deepEqual([none.json.currentVersion, 'firstSavetimeMs' in none.json], [0, false]);
  });

  test('PollTypes: by names and codes, a page at a time', async () => {
    const query = 'types=Opened&type_codes=-7&limit=1';
    const first = (await ask(port, `/v1/events?${query}`)).json;
    assert.deepEqual([(first.events as Event[])[0]?.version, first.caughtUp], [1, false]);
    const cursor = encodeURIComponent(textOf(first.nextCursor));
    const second = (await ask(port, `/v1/events?${query}&cursor=${cursor}`)).json;
    assert.equal((second.events as Event[])[0]?.version, 2);
  });

  test('PollTypes: waits for what comes', async () => {
    const waiting = ask(port, '/v1/events?types=Later&wait_ms=20000');
    await ask(port, '/v1/streams/later/events', { events: [{ type: 'Later' }] });
    const { status, json } = await waiting;
    assert.deepEqual([status, (json.events as Event[])[0]?.stream], [200, 'later']);
  });

  test('AppendMany: one message a line, answers by number', async () => {
    const lines = [1, 2, 3].map((number) =>
      JSON.stringify({
        appends: [{ number, append: { stream: `many-${number % 2}`, events: [{ type: 'M' }] } }],
      }),
    );
    const wrong = '{"appends":[{"number":"9","append":{"stream":"x","events":[]}}]}';
    const stream = await HttpStream.open(port, '/v1/events:append-many', {
      body: [...lines, '', wrong].join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    assert.equal(await stream.untilEnd(), 'whole');
    const all = (stream.lines as { results: JsonObject[] }[]).flatMap(({ results }) => results);
    const byNumber = new Map(all.map((result) => [result.number, result]));
    assert.deepEqual([...byNumber.keys()].sort(), ['1', '2', '3', '9']);
    assert.equal((byNumber.get('3')?.appended as Event).firstVersion, 2);
    const { code, details } = byNumber.get('9')?.error as Event;
    assert.deepEqual([code, details], ['INVALID_ARGUMENT', { field: 'events' }]);
  });

  test('a number that JSON has rounded is refused: its answer would have another', async () => {
    const append = { stream: 'rounded', events: [{ type: 'M' }] };
    const path = '/v1/events:append-many';
    const { status, json } = await ask(port, path, { appends: [{ number: 2 ** 53, append }] });
    assert.deepEqual([status, json.field], [400, 'appends[0].number']);
    const exact = JSON.stringify({ appends: [{ number: '9007199254740993', append }] });
    const taken = await HttpStream.open(port, path, { body: exact });
    await taken.untilEnd();
    const [{ results: [result] = [] } = {}] = taken.lines as { results: JsonObject[] }[];
    assert.equal(result?.number, '9007199254740993');
  });

  test('__proto__ in metadata is refused by its name, not lost', async () => {
    const body = '{"events":[{"type":"M","metadata":{"__proto__":"x"}}]}';
    const { status, json } = await ask(
      port,
      '/v1/streams/proto/events',
      JSON.parse(body) as JsonObject,
    );
    assert.deepEqual([status, json.field], [400, 'events[0].metadata["__proto__"]']);
  });

  test('ListStreams, DeclareType and ListTypes', async () => {
    const { json } = await ask(port, '/v1/streams?prefix=many-&page_size=1');
    assert.deepEqual((json.streams as Event[])[0]?.stream, 'many-0');
    const token = encodeURIComponent(textOf(json.nextPageToken));
    const next = await ask(port, `/v1/streams?prefix=many-&page_size=1&page_token=${token}`);
    assert.deepEqual((next.json.streams as Event[])[0]?.stream, 'many-1');
    const declared = await ask(port, '/v1/types', { name: 'Declared', code: 5 });
    assert.deepEqual(declared, { status: 200, json: {} });
    const types = (await ask(port, '/v1/types?page_size=1000')).json.types as Event[];
    assert.ok(types.some(({ name, code }) => name === 'Declared' && code === 5));
  });
});

describe('bad input is refused with the name of the field', () => {
  const event = { type: 'A' };
  const CASES: readonly (readonly [string, JsonObject | undefined, string])[] = [
    ['/v1/streams/bad/events', { events: [] }, 'events'],
    ['/v1/events', { events: [event] }, 'stream'],
    ['/v1/streams/bad/events', { stream: 'other', events: [event] }, 'stream'],
    ['/v1/streams/bad/events', { events: [{}] }, 'events[0].type_ref'],
    ['/v1/streams/bad/events', { events: [{ type: 'A', typeCode: 1 }] }, 'events[0].type_ref'],
    ['/v1/streams/bad/events', { events: [event, { type: 'A', json: '{' }] }, 'events[1].json'],
    ['/v1/streams/bad/events', { events: [{ type: 'A', data: '?' }] }, 'events[0].data'],
    ['/v1/streams/bad/events', { events: [{ ...event, eventId: 'x' }] }, 'events[0].event_id'],
    [
      '/v1/streams/bad/events',
      { events: [{ ...event, metadata: { a: 1 } }] },
      'events[0].metadata["a"]',
    ],
    ['/v1/streams/bad/events', { events: [{ ...event, metadata: [] }] }, 'events[0].metadata'],
    ['/v1/streams/bad/events', { events: [event], expectedVersion: -1 }, 'expected_version'],
    ['/v1/streams/bad/events', { events: [event], expectedState: 'NONE' }, 'expected_state'],
    ['/v1/streams/bad/events?direction=UP', undefined, 'direction'],
    ['/v1/streams/bad/events?from_version=0', undefined, 'from_version'],
    ['/v1/streams/bad/events?limit=x', undefined, 'limit'],
    ['/v1/events', undefined, 'types'],
    ['/v1/events?types=A&wait_ms=30001', undefined, 'wait_ms'],
    ['/v1/events?types=A&cursor=x', undefined, 'cursor'],
    ['/v1/events:subscribe', undefined, 'stream'],
    ['/v1/events:subscribe?all=true&cursor=x', undefined, 'cursor'],
    [
      '/v1/events:subscribe',
      { all: true, filter: { metadata: { a: null } } },
      'filter.metadata["a"]',
    ],
    ['/v1/streams?page_size=-1', undefined, 'page_size'],
    ['/v1/types', { code: 1 }, 'name'],
    ['/v1/types', { name: 'A', code: 2_147_483_648 }, 'code'],
  ];

  for (const [path, body, field] of CASES) {
    test(`${path} ${JSON.stringify(body ?? '')}`, async () => {
      const { status, json } = await ask(port, path, body);
      assert.deepEqual([status, json.field], [400, field], JSON.stringify(json));
    });
  }

  test('and nothing was written', async () => {
    assert.equal((await ask(port, '/v1/streams/bad')).json.currentVersion, 0);
  });
});
