import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from './app-error.js';
import type { StreamAppend } from './append-plan.js';
import { INT32_MAX, parseTypeCode, type NewEvent } from './event.js';
import { ANY_VERSION, exactVersion, type ExpectedVersion } from './expected-version.js';
import { DEFAULT_LIMITS, requireWithin, validateAppend } from './limits.js';
import { requireUuid } from './uuid.js';

let lastId = 0;

function event(change: Partial<NewEvent> = {}): NewEvent {
  const type = parseTypeCode(1);
  assert.ok(type !== undefined);
  lastId += 1;
  return {
    eventId: requireUuid(`00000000-0000-4000-8000-${String(lastId).padStart(12, '0')}`),
    type,
    content: { kind: 'text', text: '' },
    contentType: undefined,
    metadata: undefined,
    ...change,
  };
}

function append(
  events: readonly NewEvent[],
  expected: ExpectedVersion = ANY_VERSION,
): StreamAppend {
  return { expected, events, freshIds: false };
}

const text = (value: string) => ({ content: { kind: 'text', text: value } }) as const;
const bytes = (size: number) =>
  ({ content: { kind: 'bytes', bytes: new Uint8Array(size) } }) as const;
const version = (value: number): ExpectedVersion => ({ kind: 'exact', version: value });
const MIB = 1_048_576;

/** Fields and the appends just over their limit; `limit` undefined: the value itself is wrong. */
const REFUSED: readonly (readonly [string, string, StreamAppend])[] = [
  ['events', 'INVALID_ARGUMENT', append([])],
  ['events', 'LIMIT_EXCEEDED', append(Array.from({ length: 1_001 }, () => event()))],
  ['events[0].payload', 'LIMIT_EXCEEDED', append([event(bytes(MIB + 1))])],
  ['events[0].payload', 'LIMIT_EXCEEDED', append([event(text('é'.repeat(MIB / 2) + 'x'))])],
  [
    'events[1].metadata',
    'LIMIT_EXCEEDED',
    append([event(), event({ metadata: 'x'.repeat(65_537) })]),
  ],
  ['events[0].content_type', 'LIMIT_EXCEEDED', append([event({ contentType: 'x'.repeat(201) })])],
  [
    'events',
    'LIMIT_EXCEEDED',
    append([...Array.from({ length: 4 }, () => event(bytes(MIB))), event(bytes(1))]),
  ],
  ['version', 'INVALID_ARGUMENT', append([event()], version(-1))],
  ['version', 'INVALID_ARGUMENT', append([event()], version(1.5))],
  ['version', 'INVALID_ARGUMENT', append([event()], version(Number.NaN))],
  ['version', 'INVALID_ARGUMENT', append([event()], version(INT32_MAX + 1))],
  ['version', 'LIMIT_EXCEEDED', append([event()], version(INT32_MAX))],
  ['events[0].payload', 'INVALID_ARGUMENT', append([event(text('a\ud800'))])],
  ['events[0].metadata', 'INVALID_ARGUMENT', append([event({ metadata: '\udc00' })])],
  ['events[0].content_type', 'INVALID_ARGUMENT', append([event({ contentType: '\udc00\ud800' })])],
  ['events[0].content_type', 'INVALID_ARGUMENT', append([event({ contentType: 'a/b\r\nc: d' })])],
];

const ACCEPTED: readonly (readonly [string, StreamAppend])[] = [
  ['1,000 events', append(Array.from({ length: 1_000 }, () => event()))],
  ['1 MiB of bytes', append([event(bytes(MIB))])],
  ['1 MiB of text in two-byte characters', append([event(text('é'.repeat(MIB / 2)))])],
  ['64 KiB of metadata', append([event({ metadata: 'x'.repeat(65_536) })])],
  ['200 bytes of content type', append([event({ contentType: 'x'.repeat(200) })])],
  ['4 MiB in all', append(Array.from({ length: 4 }, () => event(bytes(MIB))))],
  ['the last version', append([event()], exactVersion(INT32_MAX - 1))],
  ['surrogate pairs and NUL', append([event(text('😀\u0000'))])],
];

describe('limits of an append', () => {
  for (const [field, code, refused] of REFUSED) {
    test(`${code} names ${field}`, () => {
      assert.throws(
        () => validateAppend(refused, DEFAULT_LIMITS),
        (error: unknown) => {
          assert.ok(error instanceof AppError);
          assert.equal(error.code, code);
          assert.equal(error.details['field'], field);
          assert.equal(error.details['limit'] === undefined, code === 'INVALID_ARGUMENT');
          return true;
        },
      );
    });
  }

  for (const [name, accepted] of ACCEPTED) {
    test(`${name} is accepted`, () => {
      validateAppend(accepted, DEFAULT_LIMITS);
    });
  }

  test('the answer is what counts towards limits', () => {
    const parts = { ...text('é€😀'), metadata: '{"a":"é"}', contentType: 'text/x' };
    const counted = 9 + 10 + 6 + 3;
    assert.equal(validateAppend(append([event(parts), event(bytes(3))]), DEFAULT_LIMITS), counted);
  });

  for (const [field, change] of [
    ['payload', text('\ud800')],
    ['metadata', { metadata: '"\udc00"' }],
    ['content_type', { contentType: '\ud800' }],
  ] as const) {
    test(`half a character in ${field} is refused`, () => {
      assert.throws(
        () => validateAppend(append([event(), event(change)]), DEFAULT_LIMITS),
        new RegExp(`events\\[1\\]\\.${field} must be well-formed`),
      );
    });
  }

  test('an event id that stands twice is refused', () => {
    const twice = event();
    assert.throws(
      () => validateAppend(append([twice, event(), twice]), DEFAULT_LIMITS),
      (error: unknown) => {
        assert.ok(error instanceof AppError);
        assert.equal(error.code, 'DUPLICATE_EVENT_ID');
        assert.equal(error.details['field'], 'events[2].event_id');
        return true;
      },
    );
  });

  test('the error carries the limit', () => {
    requireWithin('page', 5, 5);
    assert.throws(() => requireWithin('page', 6, 5), /page is 6, over the limit of 5/);
    assert.throws(
      () => requireWithin('p', 6, 5, 'bytes'),
      /^AppError: p is 6 bytes, over the limit/,
    );
    assert.throws(() => requireWithin('page', Number.NaN, 5), /over the limit/);
  });
});
