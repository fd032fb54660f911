import type { Random } from '../../../src/runtime/index.js';

/** One of them by chance; undefined when there is none. */
export function oneOf<Item>(items: readonly Item[], random: Random): Item | undefined {
  return items[Math.floor(random.next() * items.length)];
}
