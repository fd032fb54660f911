import { AppError, requireUuid, untilEnd } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { DocumentPage, Documents } from '../../storage/index.js';

/** The documents that say which applications there are; their ids are the names. */
export const APPLICATIONS_SCOPE = 'applications';

/** Applications that have scheduled something. */
export interface Applications {
  /** Once it is answered, the application is listed. Cheap when it was asked before. */
  remember(application: string, signal: AbortSignal): Promise<void>;
  /** Names in order of their UTF-8 bytes, after `after`. */
  list(after: string | undefined, limit: number): Promise<DocumentPage>;
}

export interface ApplicationsParts {
  readonly documents: () => Documents | undefined;
  readonly components: Components;
}

const REMEMBERED_MAX = 10_000;
const TRIES = 3;

export function createApplications(parts: ApplicationsParts): Applications {
  return new StoredApplications(parts);
}

class StoredApplications implements Applications {
  readonly #parts: ApplicationsParts;
  /** The longest remembered one first. */
  readonly #remembered = new Set<string>();

  constructor(parts: ApplicationsParts) {
    this.#parts = parts;
  }

  async remember(application: string, signal: AbortSignal): Promise<void> {
    if (this.#remembered.has(application)) return;
    await this.#store(application, signal);
    const [oldest] = this.#remembered;
    const isFull = this.#remembered.size >= REMEMBERED_MAX;
    if (isFull && oldest !== undefined) this.#remembered.delete(oldest);
    this.#remembered.add(application);
  }

  list(after: string | undefined, limit: number): Promise<DocumentPage> {
    return this.#open().list({ scope: APPLICATIONS_SCOPE, prefix: '', after, limit });
  }

  async #store(application: string, signal: AbortSignal): Promise<void> {
    const documents = this.#open();
    const key = { scope: APPLICATIONS_SCOPE, id: application };
    if ((await untilEnd(documents.find(key), signal)) !== undefined) return;
    const change = requireUuid(this.#parts.components.ids.newId());
    const to = { key, change, content: '{}', expiresMs: undefined };
    // the same one again after a doubtful try: it is there then, or is written now
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const outcome = await documents.change({ key, from: undefined, to }, signal);
      if (outcome.kind === 'changed' || outcome.kind === 'differs') return;
      if (outcome.kind === 'unavailable') throw outcome.error;
      if (signal.aborted) break;
    }
    throw new AppError('UNAVAILABLE', 'the application could not be noted; nothing was scheduled');
  }

  #open(): Documents {
    const documents = this.#parts.documents();
    if (documents === undefined) throw new AppError('NOT_READY', 'the storage is not open yet');
    return documents;
  }
}
