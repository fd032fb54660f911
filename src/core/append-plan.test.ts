import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  planAppends,
  type KnownStream,
  type StreamAppend,
  type WriteLimits,
} from './append-plan.js';
import { INT32_MAX, parseTypeCode, type NewEvent } from './event.js';
import { ANY_VERSION, exactVersion, NO_STREAM, STREAM_EXISTS } from './expected-version.js';
import type { ExpectedVersion } from './expected-version.js';
import { requireUuid } from './uuid.js';

const LIMITS: WriteLimits = { eventsMax: 10, bytesMax: 1_000, idWindow: 5 };

function id(number: number) {
  return requireUuid(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
}

function event(number: number, text = ''): NewEvent {
  const type = parseTypeCode(1);
  assert.ok(type !== undefined);
  const content = { kind: 'text', text } as const;
  return { eventId: id(number), type, content, contentType: undefined, metadata: undefined };
}

function append(expected: ExpectedVersion, ...numbers: number[]): StreamAppend {
  return { expected, events: numbers.map((number) => event(number)), freshIds: false };
}

/** A stream whose versions 1, 2, … have these event numbers. */
function stream(...numbers: number[]): KnownStream {
  return {
    currentVersion: numbers.length,
    versionOf(eventId, from, to) {
      for (let version = from; version <= to; version += 1) {
        const number = numbers[version - 1];
        if (number !== undefined && id(number) === eventId) return version;
      }
      return undefined;
    },
  };
}

const written = (firstVersion: number, lastVersion = firstVersion) =>
  ({ kind: 'write', firstVersion, lastVersion }) as const;
const found = (firstVersion: number, lastVersion = firstVersion) =>
  ({ kind: 'found', firstVersion, lastVersion }) as const;
const conflict = (currentVersion: number) => ({ kind: 'conflict', currentVersion }) as const;
const reused = (number: number) => ({ kind: 'id-reused', eventId: id(number) }) as const;
const DEFERRED = { kind: 'deferred' } as const;

function decisions(known: KnownStream, ...appends: StreamAppend[]) {
  return planAppends(appends, known, LIMITS).decisions;
}

describe('append plan: merging', () => {
  test('any, exact and stream-exists chain into one write', () => {
    const appends = [append(NO_STREAM, 1, 2), append(exactVersion(2), 3), append(ANY_VERSION, 4)];
    const plan = planAppends([...appends, append(STREAM_EXISTS, 5)], stream(), LIMITS);
    assert.deepEqual(plan.decisions, [written(1, 2), written(3), written(4), written(5)]);
    assert.deepEqual(
      plan.events.map((one) => one.eventId),
      [1, 2, 3, 4, 5].map(id),
    );
    assert.equal(plan.baseVersion, 0);
  });

  test('a conflict names the version at its place, never the expected one', () => {
    const known = stream(91, 92);
    const two = append(exactVersion(2), 2);
    const three = append(exactVersion(3), 3);
    assert.deepEqual(decisions(known, three, append(ANY_VERSION, 1), two), [
      conflict(2),
      written(3),
      conflict(3),
    ]);
  });

  test('stream-exists fails before the first write of a merge and holds after it', () => {
    const exists = append(STREAM_EXISTS, 1);
    const result = decisions(stream(), exists, append(NO_STREAM, 2), append(STREAM_EXISTS, 3));
    assert.deepEqual(result, [conflict(0), written(1), written(2)]);
  });

  test('what goes over the limits of one write waits, and nobody overtakes it', () => {
    const big = { ...append(ANY_VERSION), events: [event(1, 'x'.repeat(600))] };
    const bigger = { ...append(ANY_VERSION), events: [event(2, 'x'.repeat(401))] };
    assert.deepEqual(decisions(stream(), big, bigger, append(ANY_VERSION, 3)), [
      written(1),
      DEFERRED,
      DEFERRED,
    ]);
    const ten = append(ANY_VERSION, ...Array.from({ length: 10 }, (_, index) => index + 10));
    assert.deepEqual(decisions(stream(), ten, append(ANY_VERSION, 1)), [written(1, 10), DEFERRED]);
  });

  test('an append that shares an id with one before it waits for that answer', () => {
    const first = append(ANY_VERSION, 1, 2);
    assert.deepEqual(decisions(stream(), first, append(ANY_VERSION, 2), append(ANY_VERSION, 3)), [
      written(1, 2),
      DEFERRED,
      DEFERRED,
    ]);
  });

  test('versions end at the largest int32', () => {
    const known: KnownStream = { currentVersion: INT32_MAX - 1, versionOf: () => undefined };
    const result = decisions(known, append(ANY_VERSION, 1, 2), append(ANY_VERSION, 3));
    assert.deepEqual(result, [{ kind: 'stream-full' }, written(INT32_MAX)]);
  });

  test('any: whatever the order, written versions are contiguous and all are answered', () => {
    const kinds = fc.constantFrom('any', 'exists', 'none', 'next');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(kinds, fc.integer({ min: 1, max: 4 })), { maxLength: 8 }),
        (list) => {
          let number = 0;
          const appends = list.map(([kind, count], index) => {
            const expected =
              kind === 'any'
                ? ANY_VERSION
                : kind === 'exists'
                  ? STREAM_EXISTS
                  : exactVersion(index);
            return append(
              kind === 'none' ? NO_STREAM : expected,
              ...Array.from({ length: count }, () => (number += 1)),
            );
          });
          const plan = planAppends(appends, stream(), LIMITS);
          assert.equal(plan.decisions.length, appends.length);
          let version = 0;
          for (const decision of plan.decisions) {
            if (decision.kind !== 'write') continue;
            assert.equal(decision.firstVersion, version + 1);
            version = decision.lastVersion;
          }
          assert.equal(plan.events.length, version);
          assert.ok(plan.events.length <= LIMITS.eventsMax);
        },
      ),
    );
  });
});

describe('append plan: earlier tries', () => {
  const known = stream(1, 2, 3, 4, 5, 6, 7, 8);

  test('exact and no-stream look right after their version, for ever', () => {
    assert.deepEqual(decisions(known, append(NO_STREAM, 1, 2)), [found(1, 2)]);
    assert.deepEqual(decisions(known, append(exactVersion(2), 3)), [found(3)]);
    assert.deepEqual(decisions(known, append(exactVersion(2), 4)), [conflict(8)]);
  });

  test('any and stream-exists look in the last versions only', () => {
    assert.deepEqual(decisions(known, append(ANY_VERSION, 4, 5)), [found(4, 5)]);
    assert.deepEqual(decisions(known, append(STREAM_EXISTS, 4)), [found(4)]);
    assert.deepEqual(decisions(known, append(ANY_VERSION, 3)), [written(9)]);
    assert.deepEqual(decisions(known, append(STREAM_EXISTS, 3)), [written(9)]);
  });

  test('a try of several events is found whole when its last is in the window', () => {
    assert.deepEqual(decisions(known, append(ANY_VERSION, 3, 4)), [found(3, 4)]);
    assert.deepEqual(decisions(known, append(STREAM_EXISTS, 1, 2, 3, 4)), [found(1, 4)]);
  });

  test('part of the ids, a wrong order or a gap is refused and writes nothing', () => {
    for (const expected of [ANY_VERSION, STREAM_EXISTS]) {
      assert.deepEqual(decisions(known, append(expected, 8, 9)), [reused(8)]);
      assert.deepEqual(decisions(known, append(expected, 9, 8)), [reused(8)]);
      assert.deepEqual(decisions(known, append(expected, 6, 5)), [reused(6)]);
      assert.deepEqual(decisions(known, append(expected, 5, 7)), [reused(5)]);
    }
    assert.deepEqual(decisions(known, append(exactVersion(7), 8, 9)), [reused(8)]);
    assert.deepEqual(decisions(known, append(exactVersion(4), 6, 5)), [reused(6)]);
    assert.deepEqual(planAppends([append(ANY_VERSION, 8, 9)], known, LIMITS).events, []);
  });

  test('an id that stands twice is found at the place of the append that asks', () => {
    const twice = stream(1, 1);
    assert.deepEqual(decisions(twice, append(NO_STREAM, 1)), [found(1)]);
    assert.deepEqual(decisions(twice, append(exactVersion(1), 1)), [found(2)]);
  });

  test('fresh ids are not looked up', () => {
    const fresh = { ...append(ANY_VERSION, 8), freshIds: true };
    const blind: KnownStream = { currentVersion: 8, versionOf: () => assert.fail('looked up') };
    assert.deepEqual(decisions(blind, fresh), [written(9)]);
  });

  test('a found append between two that are written changes neither', () => {
    const result = decisions(
      known,
      append(ANY_VERSION, 9),
      append(NO_STREAM, 1),
      append(exactVersion(9), 10),
    );
    assert.deepEqual(result, [written(9), found(1), written(10)]);
  });
});
