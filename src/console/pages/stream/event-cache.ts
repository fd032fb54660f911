import { asError } from '../../api/as-error.js';
import type { EventsApi, RecordedEvent } from '../../api/events.js';

const PAGE_EVENTS = 200;
/** Pages that are kept: those in sight, and some more for scrolling back. */
const PAGES_MAX = 50;

/** The events of one stream around what is looked at. An event that is there never changes. */
export class EventCache {
  readonly #api: EventsApi;
  readonly #stream: string;
  readonly #onChange: () => void;
  readonly #pages = new Map<number, readonly RecordedEvent[]>();
  readonly #coming = new Map<number, AbortController>();
  readonly #failed = new Map<number, Error>();
  #wanted: readonly [first: number, last: number, currentVersion: number] | undefined;

  constructor(api: EventsApi, stream: string, onChange: () => void) {
    this.#api = api;
    this.#stream = stream;
    this.#onChange = onChange;
  }

  /** Undefined: it is not here yet. */
  event(version: number): RecordedEvent | undefined {
    return this.#pages.get(pageOf(version))?.[(version - 1) % PAGE_EVENTS];
  }

  /** Why something of what is wanted is not here. */
  get error(): Error | undefined {
    return this.#failed.values().next().value;
  }

  /** Fetches what is missing between two versions, and gives up what is far from them. */
  want(first: number, last: number, currentVersion: number): void {
    this.#wanted = [first, last, currentVersion];
    const [from, to] = [pageOf(first), pageOf(last)];
    const isFar = (page: number): boolean => page < from || page > to;
    for (const page of [...this.#coming.keys()].filter(isFar)) this.#giveUp(page);
    for (const page of [...this.#failed.keys()].filter(isFar)) this.#failed.delete(page);
    for (let page = from; page <= to; page += 1) {
      const most = Math.min(PAGE_EVENTS, currentVersion - page * PAGE_EVENTS);
      const has = this.#pages.get(page)?.length ?? 0;
      if (has < most && !this.#coming.has(page)) void this.#fetch(page);
    }
    this.#forget(from, to);
  }

  /** Fetches what was wanted last and is missing still: since it failed, for instance. */
  again(): void {
    if (this.#wanted !== undefined) this.want(...this.#wanted);
  }

  close(): void {
    this.#wanted = undefined;
    for (const page of [...this.#coming.keys()]) this.#giveUp(page);
  }

  #giveUp(page: number): void {
    this.#coming.get(page)?.abort();
    this.#coming.delete(page);
  }

  async #fetch(page: number): Promise<void> {
    const controller = new AbortController();
    this.#coming.set(page, controller);
    const range = { fromVersion: page * PAGE_EVENTS + 1, limit: PAGE_EVENTS };
    try {
      this.#pages.set(page, await this.#api.readStream(this.#stream, range, controller.signal));
      this.#failed.delete(page);
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#failed.set(page, asError(error));
    }
    // another fetch of the same page may have begun since this one was given up
    if (this.#coming.get(page) === controller) this.#coming.delete(page);
    this.#onChange();
  }

  #forget(from: number, to: number): void {
    const far = (page: number): number => Math.max(from - page, page - to, 0);
    const pages = [...this.#pages.keys()].sort((one, other) => far(other) - far(one));
    for (const page of pages.slice(0, Math.max(0, pages.length - PAGES_MAX)))
      this.#pages.delete(page);
  }
}

function pageOf(version: number): number {
  return Math.floor((version - 1) / PAGE_EVENTS);
}
