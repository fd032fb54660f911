import { AppError } from '../../../src/core/index.js';
import type {
  Document,
  DocumentChange,
  DocumentKey,
  DocumentOutcome,
  DocumentPage,
  DocumentQuery,
  Documents,
} from '../../../src/storage/index.js';

/** `lost`: stored, but answered `unknown`. `doubtful`: not stored, and answered `unknown`. */
export type Fault = 'lost' | 'doubtful' | 'unavailable';

/** Documents whose answers a test can hold back, or replace by faults. */
export class ScriptedDocuments implements Documents {
  readonly #inner: Documents;
  changes = 0;
  loads = 0;
  off = false;
  fault: () => Fault | undefined = () => undefined;
  /** Waited for before each answer. */
  answers: (call: 'find' | 'change' | 'list' | 'revision') => Promise<void> = async () => {};

  constructor(inner: Documents) {
    this.#inner = inner;
  }

  async find(key: DocumentKey): Promise<Document | undefined> {
    return this.#answer('find', () => this.#inner.find(key));
  }

  async list(query: DocumentQuery): Promise<DocumentPage> {
    this.loads += 1;
    return this.#answer('list', () => this.#inner.list(query));
  }

  async revision(scope: string): Promise<string> {
    return this.#answer('revision', () => this.#inner.revision(scope));
  }

  async change(change: DocumentChange, signal: AbortSignal): Promise<DocumentOutcome> {
    const fault = this.fault();
    if (this.off || fault === 'unavailable') {
      return { kind: 'unavailable', error: new AppError('UNAVAILABLE', 'off') };
    }
    if (fault === 'doubtful') return { kind: 'unknown' };
    this.changes += 1;
    const outcome = await this.#answer('change', () => this.#inner.change(change, signal));
    return fault === 'lost' ? { kind: 'unknown' } : outcome;
  }

  async #answer<Answer>(
    call: 'find' | 'change' | 'list' | 'revision',
    act: () => Promise<Answer>,
  ): Promise<Answer> {
    if (this.off) throw new AppError('UNAVAILABLE', 'off');
    const answer = await act();
    await this.answers(call);
    return answer;
  }
}
