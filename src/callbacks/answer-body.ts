/** Keeps the beginning of a body and counts the rest. */
export class AnswerBody {
  readonly #kept: Uint8Array[] = [];
  readonly #keepBytes: number;
  #bytes = 0;

  constructor(keepBytes: number) {
    this.#keepBytes = keepBytes;
  }

  /** Of all that came. */
  get bytes(): number {
    return this.#bytes;
  }

  add(chunk: Uint8Array): void {
    const missing = this.#keepBytes - this.#bytes;
    // copied, since a part would keep the whole of a large buffer alive
    if (missing > 0) this.#kept.push(Uint8Array.from(chunk.subarray(0, missing)));
    this.#bytes += chunk.byteLength;
  }

  /** What was kept, as UTF-8 with replacement characters; one that was cut through is left out. */
  text(): string {
    const cut = this.#bytes > this.#keepBytes;
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return decoder.decode(Buffer.concat(this.#kept), { stream: cut });
  }
}
