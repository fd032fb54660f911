import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeCursor, encodeCursor, FEED_START, type FeedCursor } from './feed-cursor.js';
import { requireUuid } from './uuid.js';

const whole = fc.maxSafeInteger();
const plain = { noNullPrototype: true };
const cursors: fc.Arbitrary<FeedCursor> = fc.oneof(
  fc.constant(FEED_START),
  fc.record({ kind: fc.constant('savetime' as const), savetimeMs: whole }, plain),
  fc.record({ kind: fc.constant('position' as const), savetimeMs: whole, position: whole }, plain),
  fc.record(
    {
      kind: fc.constant('view' as const),
      savetimeMs: whole,
      version: fc.integer(),
      id: fc.uuid().map(requireUuid),
    },
    plain,
  ),
);

describe('feed cursor', () => {
  test('the text gives the cursor back', () => {
    fc.assert(
      fc.property(cursors, (cursor) => {
        assert.deepEqual(decodeCursor(encodeCursor(cursor)), cursor);
      }),
    );
  });

  test('the texts of this format stay readable for ever', () => {
    const id = requireUuid('0191d3f0-7b4e-7cc3-98c4-dc0c0c07398f');
    const known: Readonly<Record<string, FeedCursor>> = {
      'c1.0': FEED_START,
      'c1.s.1700000000000': { kind: 'savetime', savetimeMs: 1_700_000_000_000 },
      'c1.p.1700000000000.7': { kind: 'position', savetimeMs: 1_700_000_000_000, position: 7 },
      [`c1.v.-1.3.${id}`]: { kind: 'view', savetimeMs: -1, version: 3, id },
    };
    for (const [text, cursor] of Object.entries(known)) {
      assert.deepEqual(decodeCursor(text), cursor);
      assert.equal(encodeCursor(cursor), text);
    }
  });

  test('anything else is refused', () => {
    const id = '0191d3f0-7b4e-7cc3-98c4-dc0c0c07398f';
    const garbage = ['', 'c1', 'c1.', 'c2.0', 'c1.0.1', 'c1.s', 'c1.s.', 'c1.s.x', 'c1.s.1.2']
      .concat([
        'c1.s.1e3',
        'c1.s.1.',
        'c1.s. 1',
        'c1.s.-0',
        'c1.s.07',
        'c1.s.9007199254740992',
        'c1.s.99999999999999999',
      ])
      .concat(['c1.p.1', 'c1.p.1.', 'c1.p.1.2.3', 'c1.p.1.2.', 'c1.v.1.2', `c1.v.1.2.${id}x`])
      .concat([
        `c1.v.1.2.${id}.`,
        `c1.v.1.x.${id}`,
        `c1.x.1.2.${id}`,
        'c1.v.1.2.',
        ' c1.0',
        'C1.0',
      ]);
    for (const text of garbage) assert.equal(decodeCursor(text), undefined, `'${text}'`);
  });

  test('no text makes it throw', () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^c1\.[spv0][0-9.a-f-]{0,60}$/));
    fc.assert(
      fc.property(texts, (text) => {
        const cursor = decodeCursor(text);
        if (cursor !== undefined) assert.deepEqual(decodeCursor(encodeCursor(cursor)), cursor);
      }),
      { numRuns: 1_000 },
    );
  });
});
