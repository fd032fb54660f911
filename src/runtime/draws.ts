import { seededRandom, type Random } from './random.js';

/** All chance of a simulation, from its seed. */
export class Draws {
  readonly random: Random;

  constructor(seed: number) {
    this.random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  }

  chance(probability: number): boolean {
    return probability > 0 && this.random.next() < probability;
  }

  between(from: number, to: number): number {
    return from + this.random.next() * (to - from);
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1));
  }

  /** Short as a rule, longer now and then: many orders of events, few of them late. */
  skewed(from: number, to: number): number {
    return from + this.random.next() ** 4 * (to - from);
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.whole(0, items.length - 1)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    return items
      .map((item) => ({ item, key: this.random.next() }))
      .sort((left, right) => left.key - right.key)
      .map(({ item }) => item);
  }

  /** In the canonical form. */
  uuid(): string {
    const hex = (): string => this.whole(0, 0xffff).toString(16).padStart(4, '0');
    return `${hex()}${hex()}-${hex()}-4000-8000-${hex()}${hex()}${hex()}`;
  }
}
