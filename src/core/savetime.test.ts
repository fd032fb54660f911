import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseTypeCode, type NewEvent } from './event.js';
import { MILLISECOND_BYTES_MAX, MILLISECOND_EVENTS_MAX, SavetimeAllocator } from './savetime.js';
import { requireUuid } from './uuid.js';

const NOW = 1_700_000_000_000;

function event(code = 1, bytes = 0): NewEvent {
  const type = parseTypeCode(code);
  assert.ok(type !== undefined);
  return {
    eventId: requireUuid('00000000-0000-4000-8000-000000000000'),
    type,
    content: { kind: 'bytes', bytes: new Uint8Array(bytes) },
    contentType: undefined,
    metadata: undefined,
  };
}

const events = (count: number, code = 1, bytes = 0): NewEvent[] =>
  Array.from({ length: count }, () => event(code, bytes));

describe('savetime allocator', () => {
  test('500 events of a type share a millisecond, the next one does not', () => {
    assert.equal(MILLISECOND_EVENTS_MAX, 500);
    const savetimes = new SavetimeAllocator().allocate(NOW, events(MILLISECOND_EVENTS_MAX + 1));
    assert.equal(savetimes[0], NOW);
    assert.equal(savetimes[MILLISECOND_EVENTS_MAX - 1], NOW);
    assert.equal(savetimes[MILLISECOND_EVENTS_MAX], NOW + 1);
  });

  test('the limit holds over several appends of the process', () => {
    const allocator = new SavetimeAllocator();
    allocator.allocate(NOW, events(MILLISECOND_EVENTS_MAX - 1));
    assert.deepEqual(allocator.allocate(NOW, events(2)), [NOW, NOW + 1]);
    assert.deepEqual(allocator.allocate(NOW, events(1)), [NOW + 1]);
  });

  test('1 MiB of a type shares a millisecond, a byte more does not', () => {
    assert.equal(MILLISECOND_BYTES_MAX, 1_048_576);
    const allocator = new SavetimeAllocator();
    const half = MILLISECOND_BYTES_MAX / 2;
    assert.deepEqual(allocator.allocate(NOW, events(2, 1, half)), [NOW, NOW]);
    assert.deepEqual(allocator.allocate(NOW, events(1, 1, 1)), [NOW + 1]);
  });

  test('an event over 1 MiB has a millisecond to itself', () => {
    const allocator = new SavetimeAllocator();
    const over = MILLISECOND_BYTES_MAX + 1;
    assert.deepEqual(allocator.allocate(NOW, events(2, 1, over)), [NOW, NOW + 1]);
  });

  test('types are counted apart, yet an append never falls back in time', () => {
    const allocator = new SavetimeAllocator();
    allocator.allocate(NOW, events(MILLISECOND_EVENTS_MAX));
    assert.deepEqual(allocator.allocate(NOW, events(1, 2)), [NOW]);
    assert.deepEqual(allocator.allocate(NOW, [event(2), event(1), event(2)]), [
      NOW,
      NOW + 1,
      NOW + 1,
    ]);
  });

  test('an append that cannot start at the floor moves on as far as it must', () => {
    const allocator = new SavetimeAllocator();
    allocator.allocate(NOW, events(3 * MILLISECOND_EVENTS_MAX));
    assert.deepEqual(allocator.allocate(NOW, [event()]), [NOW + 3]);
  });

  test('forgetting old milliseconds keeps the recent ones', () => {
    const allocator = new SavetimeAllocator();
    for (let ms = 0; ms < 10_000; ms += 1) allocator.allocate(NOW + ms, [event()]);
    allocator.allocate(NOW + 10_000, events(MILLISECOND_EVENTS_MAX));
    assert.deepEqual(allocator.allocate(NOW + 10_000, [event()]), [NOW + 10_001]);
  });

  test('whatever the order of floors, no millisecond of a type is overfull', () => {
    const append = fc.record({
      floor: fc.integer({ min: 0, max: 3 }),
      count: fc.integer({ min: 1, max: 400 }),
      code: fc.integer({ min: 1, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(append, { maxLength: 12 }), (appends) => {
        const allocator = new SavetimeAllocator();
        const counts = new Map<string, number>();
        for (const { floor, count, code } of appends) {
          let last = NOW + floor;
          for (const savetime of allocator.allocate(last, events(count, code))) {
            assert.ok(savetime >= last);
            last = savetime;
            const key = `${code} ${savetime}`;
            counts.set(key, (counts.get(key) ?? 0) + 1);
          }
        }
        assert.ok([...counts.values()].every((count) => count <= MILLISECOND_EVENTS_MAX));
      }),
    );
  });
});
