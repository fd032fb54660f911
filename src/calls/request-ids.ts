import type { Ids } from '../runtime/index.js';

/** Visible ASCII, and not longer than anybody needs. */
const SOUND = /^[\x21-\x7e]{1,128}$/;

/** Of calls: those of callers that are sound, or new ones. */
export class RequestIds {
  /** A new id for each call would cost as much as all else that happens to it here. */
  readonly #prefix: string;
  #count = 0;

  constructor(ids: Ids) {
    this.#prefix = ids.newId();
  }

  of(sent: string | undefined): string {
    if (sent !== undefined && SOUND.test(sent)) return sent;
    this.#count += 1;
    return `${this.#prefix}.${this.#count.toString(36)}`;
  }
}
