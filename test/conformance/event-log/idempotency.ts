import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  ANY_VERSION,
  DEFAULT_LIMITS,
  exactVersion,
  NO_STREAM,
  STREAM_EXISTS,
  type ExpectedVersion,
  type NewEvent,
  type StreamAppend,
} from '../../../src/core/index.js';
import {
  expectAppended,
  expectConflict,
  expectDuplicate,
  expectInvalid,
  expectStream,
} from './expect.js';
import { appendOf, check, freshStream, newEvent, newEvents, type Kit } from './kit.js';

/** Each kind of expected version, and the version of the stream at which it holds. */
const KINDS: readonly (readonly [string, ExpectedVersion, number])[] = [
  ['no stream', NO_STREAM, 0],
  ['exact', exactVersion(2), 2],
  ['stream exists', STREAM_EXISTS, 2],
  ['any', ANY_VERSION, 2],
  ['any on a new stream', ANY_VERSION, 0],
];

/** A stream at the version of the row, and an append of two events that fits there. */
async function firstTry(kit: Kit, [, expected, version]: (typeof KINDS)[number]) {
  const stream = freshStream();
  const type = kit.freshType();
  const before = newEvents(type, version);
  if (version > 0) await kit.appendOne(stream, appendOf(ANY_VERSION, ...before));
  const [one, two] = [newEvent(type), newEvent(type)];
  return { stream, type, before, version, one, two, append: appendOf(expected, one, two) };
}

export function exerciseIdempotency(kit: Kit): void {
  exerciseTraces(kit);
  for (const row of KINDS) {
    describe(`idempotency of ${row[0]}`, () => {
      exerciseRetries(kit, row);
      exerciseConcurrentRetries(kit, row);
      exerciseReuse(kit, row);
    });
  }
  describe('idempotency: how far back', () => exerciseWindow(kit));
}

/** As `withTrace` makes it. */
function inSpan(span: string, events: readonly NewEvent[], user = 'ada'): NewEvent[] {
  const traceparent = `00-0af7651916cd43dd8448eb211c80319c-${span}-01`;
  return events.map((event) => ({
    ...event,
    metadata: JSON.stringify({
      traceparent,
      ...(span.endsWith('2') && { tracestate: 'a=1' }),
      user,
    }),
  }));
}

function exerciseTraces(kit: Kit): void {
  check('a retry in another span of its trace is the same append', async () => {
    const [stream, type] = [freshStream(), kit.freshType()];
    const events = newEvents(type, 2);
    const append = appendOf(NO_STREAM, ...inSpan('b7ad6b7169203331', events));
    const first = expectAppended(await kit.appendOne(stream, append), 1, 2);
    for (const span of ['b7ad6b7169203331', 'b7ad6b7169203332', '00f067aa0ba902b7']) {
      const retry = appendOf(NO_STREAM, ...inSpan(span, events));
      expectDuplicate(await kit.appendOne(stream, retry), first);
    }
    const untraced = events.map((event) => ({ ...event, metadata: '{"user":"ada"}' }));
    expectDuplicate(await kit.appendOne(stream, appendOf(NO_STREAM, ...untraced)), first);
    const other = appendOf(NO_STREAM, ...inSpan('b7ad6b7169203331', events, 'bob'));
    expectInvalid(await kit.appendOne(stream, other), 'EVENT_ID_REUSED');
    await expectStream(kit, stream, append.events);
  });
}

function exerciseRetries(kit: Kit, row: (typeof KINDS)[number]): void {
  check('the answer was lost: a retry gets it', async () => {
    const { stream, before, version, append } = await firstTry(kit, row);
    const first = expectAppended(await kit.appendOne(stream, append), version + 1, version + 2);
    expectDuplicate(await kit.appendOne(stream, append), first);
    expectDuplicate(await kit.appendOne(stream, append), first);
    await expectStream(kit, stream, [...before, ...append.events]);
  });

  check('retried after others appended', async () => {
    const { stream, type, before, version, append } = await firstTry(kit, row);
    const first = expectAppended(await kit.appendOne(stream, append), version + 1, version + 2);
    const others = newEvents(type, 3);
    for (const other of others) await kit.appendOne(stream, appendOf(ANY_VERSION, other));
    expectDuplicate(await kit.appendOne(stream, append), first);
    await expectStream(kit, stream, [...before, ...append.events, ...others]);
  });

  check('a refused try leaves no trace: the same ids are written when they fit', async () => {
    const { stream, type, before, version, one } = await firstTry(kit, row);
    const wrong = appendOf(exactVersion(version + 1), one);
    expectConflict(await kit.appendOne(stream, wrong), version);
    expectConflict(await kit.appendOne(stream, wrong), version);
    const other = newEvent(type);
    expectAppended(await kit.appendOne(stream, appendOf(ANY_VERSION, other)), version + 1);
    expectAppended(await kit.appendOne(stream, wrong), version + 2);
    await expectStream(kit, stream, [...before, other, one]);
  });
}

function exerciseConcurrentRetries(kit: Kit, row: (typeof KINDS)[number]): void {
  check('tried three times at once: written once, one result', async () => {
    const { stream, before, version, append } = await firstTry(kit, row);
    const tries = await Promise.all([1, 2, 3].map(() => kit.appendOne(stream, append)));
    const first = tries.find((outcome) => outcome.kind === 'appended');
    const written = expectAppended(first, version + 1, version + 2);
    for (const outcome of tries) {
      if (outcome.kind === 'appended') assert.deepEqual(outcome, written);
      else expectDuplicate(outcome, written);
    }
    if (kit.capabilities.feed === 'ordered') {
      assert.equal(tries.filter((outcome) => outcome.kind === 'appended').length, 1);
    }
    await expectStream(kit, stream, [...before, ...append.events]);
  });

  check('retried three times at once, beside others', async () => {
    const { stream, type, version, append } = await firstTry(kit, row);
    const first = expectAppended(await kit.appendOne(stream, append), version + 1, version + 2);
    const other = () => kit.appendOne(stream, appendOf(ANY_VERSION, newEvent(type)));
    const retry = () => kit.appendOne(stream, append);
    const [others, retries] = await Promise.all([
      Promise.all([other(), other()]),
      Promise.all([retry(), retry(), retry()]),
    ]);
    for (const outcome of retries) expectDuplicate(outcome, first);
    for (const outcome of others) assert.equal(outcome.kind, 'appended');
    assert.equal(await kit.currentVersion(stream), version + 4);
  });
}

function exerciseReuse(kit: Kit, row: (typeof KINDS)[number]): void {
  check('the same ids with other contents are refused, nothing is written', async () => {
    const { stream, before, append, one, two } = await firstTry(kit, row);
    const metadata = '{"by":"kit"}';
    const first: StreamAppend = { ...append, events: [one, { ...two, metadata }] };
    await kit.appendOne(stream, first);
    const bytes = new TextEncoder().encode(one.content.kind === 'text' ? one.content.text : '');
    const changed: readonly NewEvent[] = [
      { ...one, type: kit.freshType() },
      { ...one, content: { kind: 'text', text: 'other' } },
      { ...one, content: { kind: 'text', text: '' } },
      { ...one, content: { kind: 'bytes', bytes } },
      { ...one, contentType: 'application/json' },
      { ...one, metadata: '' },
    ];
    for (const event of changed) {
      const reuse = { ...first, events: [event, { ...two, metadata }] };
      expectInvalid(await kit.appendOne(stream, reuse), 'EVENT_ID_REUSED');
    }
    const without = { ...first, events: [one, two] };
    expectInvalid(await kit.appendOne(stream, without), 'EVENT_ID_REUSED');
    await expectStream(kit, stream, [...before, ...first.events]);
  });

  check('only some of the ids, or another order, is refused, nothing is written', async () => {
    const { stream, type, before, append, one, two } = await firstTry(kit, row);
    await kit.appendOne(stream, append);
    const added = () => newEvent(type);
    const lists = [
      [one, two, added()],
      [added(), one, two],
      [one, added()],
      [two, one],
    ];
    for (const events of [...lists, [one, added(), two]]) {
      expectInvalid(await kit.appendOne(stream, { ...append, events }), 'EVENT_ID_REUSED');
    }
    await expectStream(kit, stream, [...before, ...append.events]);
  });

  check('the first of the events alone is found at its own version', async () => {
    const { stream, before, version, append, one } = await firstTry(kit, row);
    await kit.appendOne(stream, append);
    const loaded = await expectStream(kit, stream, [...before, ...append.events]);
    const savetimeMs = loaded[version]?.savetimeMs ?? 0;
    const place = { firstVersion: version + 1, lastVersion: version + 1, savetimeMs };
    const outcome = await kit.appendOne(stream, { ...append, events: [one] });
    expectDuplicate(outcome, { kind: 'appended', ...place });
  });
}

function exerciseWindow(kit: Kit): void {
  const window = DEFAULT_LIMITS.idWindow;

  for (const [name, expected] of [
    ['any', ANY_VERSION],
    ['stream exists', STREAM_EXISTS],
  ] as const) {
    check(`${name}: found in the last ${window} versions, unnoticed beyond`, async () => {
      const stream = freshStream();
      const type = kit.freshType();
      const [old, next] = newEvents(type, 2);
      assert.ok(old && next);
      const first = expectAppended(await kit.appendOne(stream, appendOf(ANY_VERSION, old)), 1);
      const filler = newEvents(type, window - 1);
      await kit.appendOne(stream, appendOf(exactVersion(1), ...filler));
      expectDuplicate(await kit.appendOne(stream, appendOf(expected, old)), first);
      await kit.appendOne(stream, appendOf(exactVersion(window), next));
      const again = await kit.appendOne(stream, appendOf(expected, old));
      expectAppended(again, window + 2);
      await expectStream(kit, stream, [old, ...filler, next, old]);
    });
  }

  check(
    'a long try that others overtook is found whole, its last event being in reach',
    async () => {
      const stream = freshStream();
      const type = kit.freshType();
      const long = appendOf(ANY_VERSION, ...newEvents(type, window));
      const first = expectAppended(await kit.appendOne(stream, long), 1, window);
      const others = newEvents(type, 2);
      await kit.write(stream, ...others);
      expectDuplicate(await kit.appendOne(stream, long), first);
      await expectStream(kit, stream, [...long.events, ...others]);
    },
  );

  check(`exact and no stream: found for ever`, async () => {
    const stream = freshStream();
    const type = kit.freshType();
    const start = appendOf(NO_STREAM, newEvent(type));
    const second = appendOf(exactVersion(1), ...newEvents(type, 2));
    const firsts = [
      expectAppended(await kit.appendOne(stream, start), 1),
      expectAppended(await kit.appendOne(stream, second), 2, 3),
    ] as const;
    await kit.write(stream, ...newEvents(type, window));
    await kit.write(stream, ...newEvents(type, 5));
    expectDuplicate(await kit.appendOne(stream, start), firsts[0]);
    expectDuplicate(await kit.appendOne(stream, second), firsts[1]);
    const merged = await kit.append(stream, second, start);
    expectDuplicate(merged[0], firsts[1]);
    expectDuplicate(merged[1], firsts[0]);
  });

  check('an id that stands twice is found at the place of each append', async () => {
    const stream = freshStream();
    const event = newEvent(kit.freshType());
    const appends = [appendOf(NO_STREAM, event), appendOf(exactVersion(1), event)] as const;
    const first = expectAppended(await kit.appendOne(stream, appends[0]), 1);
    const second = expectAppended(await kit.appendOne(stream, appends[1]), 2);
    expectDuplicate(await kit.appendOne(stream, appends[0]), first);
    expectDuplicate(await kit.appendOne(stream, appends[1]), second);
  });
}
