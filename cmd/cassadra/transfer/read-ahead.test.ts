import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAhead } from './read-ahead.js';

interface World {
  readonly begun: number[];
  readonly closed: number[];
}

async function* sourcesUpTo(count: number): AsyncGenerator<number> {
  for (let source = 1; source <= count; source += 1) yield source;
}

function reader({ begun, closed }: World, failing = 0) {
  return async function* read(source: number): AsyncGenerator<string> {
    begun.push(source);
    try {
      if (source === failing) throw new Error('broken');
      for (let item = 0; item < source; item += 1) yield `${source}.${item}`;
    } finally {
      closed.push(source);
    }
  };
}

describe('reading ahead', () => {
  test('all items in the order of their sources', async () => {
    const world: World = { begun: [], closed: [] };
    const items: string[] = [];
    for await (const opened of readAhead(sourcesUpTo(3), reader(world), 2)) {
      for await (const item of opened.items) items.push(item);
    }
    assert.deepEqual(items, ['1.0', '2.0', '2.1', '3.0', '3.1', '3.2']);
    assert.deepEqual(world.closed, [1, 2, 3]);
  });

  test('no more are open than may be, and leaving closes them all', async () => {
    const world: World = { begun: [], closed: [] };
    for await (const { source } of readAhead(sourcesUpTo(9), reader(world), 3)) {
      if (source === 2) break;
    }
    assert.deepEqual(world.begun, [1, 2, 3, 4]);
    assert.deepEqual(world.closed.toSorted(), [1, 2, 3, 4]);
  });

  test('a source that fails is told in its turn, and may be passed over', async () => {
    const world: World = { begun: [], closed: [] };
    const told: string[] = [];
    for await (const { source, items } of readAhead(sourcesUpTo(3), reader(world, 2), 3)) {
      try {
        for await (const item of items) told.push(item);
      } catch {
        told.push(`failed ${source}`);
      }
    }
    assert.deepEqual(told, ['1.0', 'failed 2', '3.0', '3.1', '3.2']);
  });
});
