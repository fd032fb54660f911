import { AppError } from '../../../src/core/index.js';
import type { Draws, VirtualTime } from '../../../src/runtime/index.js';
import type {
  Document,
  DocumentChange,
  DocumentKey,
  DocumentOutcome,
  DocumentPage,
  DocumentQuery,
  Documents,
} from '../../../src/storage/index.js';

/** Chances, from 0 to 1. */
export interface Trouble {
  /** Answered `unknown`: stored, never stored, or stored some time later. */
  readonly unknown: number;
  readonly unavailable: number;
}

/** Documents as one process sees them: with waits both ways, and now and then without an answer. */
export class UnsteadyDocuments implements Documents {
  readonly #inner: Documents;
  readonly #time: VirtualTime;
  readonly #draws: Draws;
  readonly #trouble: () => Trouble;

  constructor(inner: Documents, time: VirtualTime, draws: Draws, trouble: () => Trouble) {
    this.#inner = inner;
    this.#time = time;
    this.#draws = draws;
    this.#trouble = trouble;
  }

  async find(key: DocumentKey): Promise<Document | undefined> {
    return this.#travel(() => this.#inner.find(key));
  }

  async list(query: DocumentQuery): Promise<DocumentPage> {
    return this.#travel(() => this.#inner.list(query));
  }

  async revision(scope: string): Promise<string> {
    return this.#travel(() => this.#inner.revision(scope));
  }

  async change(change: DocumentChange): Promise<DocumentOutcome> {
    const signal = new AbortController().signal;
    const { unknown, unavailable } = this.#trouble();
    if (this.#draws.chance(unavailable)) {
      await this.#wait();
      return { kind: 'unavailable', error: new AppError('UNAVAILABLE', 'off') };
    }
    if (!this.#draws.chance(unknown)) {
      return this.#travel(() => this.#inner.change(change, signal));
    }
    if (this.#draws.chance(0.7)) {
      const afterMs = this.#draws.skewed(0, 3_000);
      this.#time.after(afterMs, () => void this.#inner.change(change, signal));
    }
    await this.#time.sleep(this.#draws.between(5, 500));
    return { kind: 'unknown' };
  }

  async #travel<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    await this.#wait();
    if (this.#draws.chance(this.#trouble().unavailable)) throw new AppError('UNAVAILABLE', 'off');
    const answer = await act();
    await this.#wait();
    return answer;
  }

  #wait(): Promise<void> {
    return this.#time.sleep(this.#draws.skewed(0.5, 40));
  }
}
