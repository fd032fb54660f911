import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  INT32_MAX,
  INT32_MIN,
  parseTypeCode,
  sameEvent,
  textBytes,
  type EventContent,
} from './event.js';
import { exactVersion, isExpected, NO_STREAM } from './expected-version.js';

describe('event', () => {
  test('sizes are those of UTF-8', () => {
    assert.equal(textBytes(undefined), 0);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(textBytes(text), Buffer.byteLength(text));
      }),
    );
  });

  test('type codes are int32', () => {
    for (const code of [INT32_MIN, -1, 0, INT32_MAX]) assert.equal(parseTypeCode(code), code);
    for (const code of [INT32_MIN - 1, INT32_MAX + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.equal(parseTypeCode(code), undefined);
    }
  });

  test('events are the same only when type, payload, content type and metadata are', () => {
    const type = parseTypeCode(1);
    const other = parseTypeCode(2);
    assert.ok(type !== undefined && other !== undefined);
    const text: EventContent = { kind: 'text', text: 'a' };
    const one = { type, content: text, contentType: undefined, metadata: undefined };
    const bytes = (...values: number[]): EventContent => ({
      kind: 'bytes',
      bytes: Uint8Array.of(...values),
    });
    assert.ok(sameEvent(one, { ...one, content: { ...text } }));
    assert.ok(sameEvent({ ...one, content: bytes(1, 2) }, { ...one, content: bytes(1, 2) }));
    assert.ok(!sameEvent(one, { ...one, type: other }));
    assert.ok(!sameEvent(one, { ...one, content: { kind: 'text', text: 'b' } }));
    assert.ok(!sameEvent(one, { ...one, content: bytes(97) }));
    assert.ok(!sameEvent({ ...one, content: bytes(97) }, one));
    assert.ok(!sameEvent({ ...one, content: bytes(1, 2) }, { ...one, content: bytes(1, 3) }));
    assert.ok(!sameEvent({ ...one, content: bytes(1, 2) }, { ...one, content: bytes(1, 2, 3) }));
    assert.ok(!sameEvent(one, { ...one, contentType: '' }));
    assert.ok(!sameEvent(one, { ...one, metadata: '' }));
  });
});

describe('expected version', () => {
  test('exactly 0 is no stream', () => {
    assert.equal(exactVersion(0), NO_STREAM);
    assert.ok(isExpected(exactVersion(0), 0));
    assert.ok(!isExpected(exactVersion(0), 1));
    assert.ok(isExpected({ kind: 'exact', version: 0 }, 0));
  });

  test('each kind against an empty stream and a stream at 2', () => {
    const kinds = [NO_STREAM, { kind: 'stream-exists' }, { kind: 'any' }, exactVersion(2)] as const;
    assert.deepEqual(
      kinds.map((kind) => isExpected(kind, 0)),
      [true, false, true, false],
    );
    assert.deepEqual(
      kinds.map((kind) => isExpected(kind, 2)),
      [false, true, true, true],
    );
    assert.ok(!isExpected(exactVersion(3), 2));
  });
});
