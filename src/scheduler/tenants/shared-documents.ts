import { AppError, requireUuid, untilEnd } from '../../core/index.js';
import type { Components, Part } from '../../runtime/index.js';
import type { Document, DocumentKey, Documents } from '../../storage/index.js';
import { definite } from '../definite-outcome.js';
import { compareUtf8 } from './compare-utf8.js';
import type { SharedDocuments } from './policies.js';

export interface SharedDocumentsParts {
  /** Undefined until the storage is open. */
  readonly documents: () => Documents | undefined;
  readonly components: Components;
  readonly scope: string;
}

/** What is held counts as confirmed for so long, from when the storage was asked. */
const FRESH_MS = 2_000;
const ASK_EVERY_MS = 500;
/** While nothing has been loaded, or the storage does not answer. */
const RETRY_MS = 100;
/** A change whose writer died before it could tell is seen by then. */
const LOAD_EVERY_MS = 30_000;
const LOG_EVERY_MS = 60_000;
const PAGE = 500;
/** Of no kind: it is written for its revision only. */
const TOLD = 'told';

/** To be started before what uses it, and stopped after it. */
export interface SharedDocumentsPart extends SharedDocuments, Part {
  start(): void;
  stop(): void;
}

export function createSharedDocuments(parts: SharedDocumentsParts): SharedDocumentsPart {
  return new HeldDocuments(parts);
}

class HeldDocuments implements SharedDocumentsPart {
  readonly name: string;
  readonly #parts: SharedDocumentsParts;
  readonly #stop = new AbortController();
  #held: ReadonlyMap<string, Document> = new Map();
  #sorted: readonly Document[] | undefined;
  #version = 0;
  #revision: string | undefined;
  #confirmedMs = Number.NEGATIVE_INFINITY;
  #loadedMs = Number.NEGATIVE_INFINITY;
  #loggedMs = Number.NEGATIVE_INFINITY;
  /** Own changes: those during a load may be older than what it finds. */
  readonly #own: { readonly id: string; readonly to: Document | undefined }[] = [];
  #loop: Promise<void> | undefined;

  constructor(parts: SharedDocumentsParts) {
    this.#parts = parts;
    this.name = parts.scope;
  }

  /** Begins to load; does not wait for the storage. */
  start(): void {
    this.#loop ??= this.#poll();
  }

  stop(): void {
    this.#stop.abort();
  }

  get fresh(): boolean {
    return this.#parts.components.clock.monotonicMs() - this.#confirmedMs <= FRESH_MS;
  }

  get version(): number {
    return this.#version;
  }

  get(id: string): string | undefined {
    return this.#held.get(id)?.content;
  }

  list(prefix: string): readonly (readonly [id: string, content: string])[] {
    this.#sorted ??= [...this.#held.values()].sort((left, right) =>
      compareUtf8(left.key.id, right.key.id),
    );
    return this.#sorted
      .filter(({ key }) => key.id.startsWith(prefix))
      .map(({ key, content }) => [key.id, content] as const);
  }

  async change(
    id: string,
    next: (content: string | undefined) => string | undefined,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const documents = this.#parts.documents();
    if (documents === undefined) throw new AppError('NOT_READY', 'the storage is not open yet');
    const key: DocumentKey = { scope: this.#parts.scope, id };
    // not from what is held: that it is as wished may be over
    let from = await untilEnd(documents.find(key), signal);
    for (;;) {
      const content = next(from?.content);
      if (content === from?.content) {
        this.#compare(id, from);
        await this.#tell(documents, signal);
        return content;
      }
      const to = content === undefined ? undefined : this.#document(key, content);
      const outcome = definite(await documents.change({ key, from, to }, signal));
      if (outcome.kind === 'changed') {
        this.#keep(id, from, to);
        return content;
      }
      from = outcome.current;
    }
  }

  /**
   * Gives the scope a new revision. Whoever wrote what is wished may have died before it could: the
   * others would go on without it for long.
   */
  async #tell(documents: Documents, signal: AbortSignal): Promise<void> {
    const key: DocumentKey = { scope: this.#parts.scope, id: TOLD };
    let from = await untilEnd(documents.find(key), signal);
    for (;;) {
      const to = this.#document(key, '{}');
      const outcome = definite(await documents.change({ key, from, to }, signal));
      if (outcome.kind === 'changed') return;
      from = outcome.current;
    }
  }

  /** What was found is not what is held: all is loaded again. */
  #compare(id: string, found: Document | undefined): void {
    if (this.#held.get(id)?.change !== found?.change) this.#revision = undefined;
  }

  #document(key: DocumentKey, content: string): Document {
    const change = requireUuid(this.#parts.components.ids.newId());
    return { key, change, content, expiresMs: undefined };
  }

  async #poll(): Promise<void> {
    const { timers, clock } = this.#parts.components;
    while (!this.#stop.signal.aborted) {
      const askedMs = clock.monotonicMs();
      const confirmed = await this.#confirm(askedMs);
      const waitMs = confirmed ? askedMs + ASK_EVERY_MS - clock.monotonicMs() : 0;
      await timers.sleep(Math.max(RETRY_MS, waitMs), this.#stop.signal);
    }
  }

  /** Asks whether what is held is what is there, and loads it if not. */
  async #confirm(askedMs: number): Promise<boolean> {
    const documents = this.#parts.documents();
    if (documents === undefined) return false;
    const { scope, components } = this.#parts;
    try {
      // before the load: what changes during it has another revision, and is loaded next time
      const revision = await documents.revision(scope);
      const isOld = askedMs - this.#loadedMs >= LOAD_EVERY_MS;
      if (revision !== this.#revision || isOld) {
        this.#own.length = 0;
        await this.#load(documents);
        this.#loadedMs = askedMs;
        this.#revision = this.#own.length === 0 ? revision : undefined;
        if (this.#own.length > 0) return false;
      }
      this.#confirmedMs = askedMs;
      return true;
    } catch (error) {
      if (askedMs - this.#loggedMs >= LOG_EVERY_MS) {
        this.#loggedMs = askedMs;
        components.logger.warn({ err: error, scope }, 'shared documents could not be confirmed');
      }
      return false;
    }
  }

  async #load(documents: Documents): Promise<void> {
    const { scope } = this.#parts;
    const loaded = new Map<string, Document>();
    let after: string | undefined;
    do {
      const page = await documents.list({ scope, prefix: '', after, limit: PAGE });
      for (const document of page.documents) loaded.set(document.key.id, document);
      after = page.next;
    } while (after !== undefined);
    for (const { id, to } of this.#own) put(loaded, id, to);
    this.#hold(loaded);
  }

  /** What this process has changed is held at once. */
  #keep(id: string, from: Document | undefined, to: Document | undefined): void {
    const before = this.#held.get(id)?.change;
    if (before === to?.change) return;
    this.#own.push({ id, to });
    if (before !== from?.change) {
      // what is held may be newer: an answer that came late
      this.#revision = undefined;
      this.#confirmedMs = Number.NEGATIVE_INFINITY;
    }
    const held = new Map(this.#held);
    put(held, id, to);
    this.#hold(held);
  }

  #hold(held: ReadonlyMap<string, Document>): void {
    const isSame =
      held.size === this.#held.size &&
      [...held.values()].every(({ key, change }) => this.#held.get(key.id)?.change === change);
    if (isSame) return;
    this.#held = held;
    this.#sorted = undefined;
    this.#version += 1;
  }
}

function put(held: Map<string, Document>, id: string, document: Document | undefined): void {
  if (document === undefined) held.delete(id);
  else held.set(id, document);
}
