import { MinHeap } from '../core/index.js';

interface Node<Item> {
  readonly atMs: number;
  readonly order: number;
  readonly item: Item;
}

/** When an application is served next, in turns: one of weight 4 moves on a quarter of a turn. */
interface Turn {
  readonly at: number;
  readonly order: number;
  readonly application: string;
}

/** Applications without items keep their turn so long that nobody gains by having few at once. */
const TURNS_KEPT_MAX = 1_024;

/**
 * Items of many applications. They are served in turns, in proportion to their weights; the items
 * of one by their time, and first come, first served where it is the same. All O(log n).
 */
export class FairQueue<Item> {
  readonly #weightOf: (application: string) => number;
  readonly #waiting = new Map<string, MinHeap<Node<Item>>>();
  /** One for each application that has items. */
  readonly #turns = new MinHeap<Turn>((left, right) =>
    left.at === right.at ? left.order < right.order : left.at < right.at,
  );
  readonly #nextTurns = new Map<string, number>();
  #turn = 0;
  #order = 0;
  #size = 0;

  /** `weightOf`: above 0; asked each time that an application is served. */
  constructor(weightOf: (application: string) => number) {
    this.#weightOf = weightOf;
  }

  get size(): number {
    return this.#size;
  }

  sizeOf(application: string): number {
    return this.#waiting.get(application)?.size ?? 0;
  }

  push(application: string, atMs: number, item: Item): void {
    this.#order += 1;
    this.#size += 1;
    const node = { atMs, order: this.#order, item };
    const known = this.#waiting.get(application);
    if (known !== undefined) {
      known.push(node);
      return;
    }
    const heap = new MinHeap<Node<Item>>((left, right) =>
      left.atMs === right.atMs ? left.order < right.order : left.atMs < right.atMs,
    );
    heap.push(node);
    this.#waiting.set(application, heap);
    const at = Math.max(this.#turn, this.#nextTurns.get(application) ?? 0);
    this.#turns.push({ at, order: this.#order, application });
  }

  /** The one that `shift` would take. */
  get first(): Item | undefined {
    const turn = this.#turns.top;
    return turn && this.#waiting.get(turn.application)?.top?.item;
  }

  /** Takes the first item of the application whose turn it is. */
  shift(): Item | undefined {
    const turn = this.#turns.pop();
    const heap = turn && this.#waiting.get(turn.application);
    const node = heap?.pop();
    if (turn === undefined || heap === undefined || node === undefined) return undefined;
    const { application } = turn;
    this.#size -= 1;
    this.#turn = turn.at;
    const at = turn.at + 1 / this.#weightOf(application);
    if (heap.size > 0) {
      this.#turns.push({ at, order: turn.order, application });
      return node.item;
    }
    this.#waiting.delete(application);
    if (this.#nextTurns.size >= TURNS_KEPT_MAX) this.#forgetTurns();
    this.#nextTurns.set(application, at);
    return node.item;
  }

  /** Those that are over say nothing. */
  #forgetTurns(): void {
    for (const [application, at] of this.#nextTurns) {
      if (at <= this.#turn) this.#nextTurns.delete(application);
    }
  }
}
