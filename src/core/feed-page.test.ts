import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { PageBuilder, type PageRules } from './feed-page.js';

const NO_CAP = Number.MAX_SAFE_INTEGER;

/** Offers events of these milliseconds, `bytes` each, until the page refuses one. */
function page(rules: PageRules, milliseconds: readonly number[], bytes = 1): number[] {
  const builder = new PageBuilder<number>(rules);
  for (const ms of milliseconds) {
    if (!builder.add(ms, ms, bytes)) break;
  }
  return builder.items();
}

describe('page by type', () => {
  test('at boundary event it ends at the limit and at the byte cap', () => {
    const rules = { limit: 3, bytesMax: NO_CAP, boundary: 'event' } as const;
    assert.deepEqual(page(rules, [1, 1, 1, 1]), [1, 1, 1]);
    assert.deepEqual(page({ ...rules, bytesMax: 20 }, [1, 1, 2], 10), [1, 1]);
    assert.deepEqual(page({ ...rules, bytesMax: 19 }, [1, 1, 2], 10), [1]);
  });

  test('at boundary millisecond it runs over the limit to finish one', () => {
    const rules = { limit: 2, bytesMax: NO_CAP, boundary: 'millisecond' } as const;
    assert.deepEqual(page(rules, [1, 2, 2, 2, 3]), [1, 2, 2, 2]);
    assert.deepEqual(page(rules, [1, 2, 3]), [1, 2]);
  });

  test('at the byte cap an unfinished millisecond is given back', () => {
    const rules = { limit: 9, bytesMax: 30, boundary: 'millisecond' } as const;
    assert.deepEqual(page(rules, [1, 2, 2, 2], 10), [1]);
    assert.deepEqual(page(rules, [1, 2, 2, 3], 10), [1, 2, 2]);
  });

  test('the cap also holds while a page runs over its limit', () => {
    const rules = { limit: 2, bytesMax: 30, boundary: 'millisecond' } as const;
    assert.deepEqual(page(rules, [1, 2, 2, 2], 10), [1]);
  });

  test('the first millisecond is never split, whatever its size', () => {
    const rules = { limit: 1, bytesMax: 5, boundary: 'millisecond' } as const;
    assert.deepEqual(page(rules, [1, 1, 1, 2], 10), [1, 1, 1]);
  });

  test('the first event always fits', () => {
    assert.deepEqual(page({ limit: 5, bytesMax: 1, boundary: 'event' }, [1, 2], 10), [1]);
  });

  test('pages one after another give everything once, in whole milliseconds', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 60 });
    const sizes = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 80 }));
    fc.assert(
      fc.property(gaps, sizes, (steps, [limit, bytesMax]) => {
        let ms = 0;
        let left = steps.map((step) => (ms += step));
        const rules = { limit, bytesMax, boundary: 'millisecond' } as const;
        while (left.length > 0) {
          const items = page(rules, left, 10);
          assert.deepEqual(items, left.slice(0, items.length));
          assert.ok(items.length > 0);
          assert.notEqual(items.at(-1), left[items.length]);
          left = left.slice(items.length);
        }
      }),
    );
  });
});
