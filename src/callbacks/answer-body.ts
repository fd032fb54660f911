/** Stands for a secret while the text is cut; no text that is worth reading has it. */
const MASK = '\u0000';
const HIDDEN = '[hidden]';

/** Keeps the beginning of a body and counts the rest. */
export class AnswerBody {
  readonly #kept: Uint8Array[] = [];
  readonly #keepBytes: number;
  /** Longest first: one may stand in another. */
  readonly #secrets: readonly string[];
  /** More than is shown, so that a secret at its end is seen whole. */
  readonly #readBytes: number;
  #bytes = 0;

  /** The text does not show `secrets`. */
  constructor(keepBytes: number, secrets: readonly string[] = []) {
    this.#keepBytes = keepBytes;
    this.#secrets = secrets.toSorted((left, right) => right.length - left.length);
    this.#readBytes = keepBytes + Math.max(0, ...secrets.map((text) => Buffer.byteLength(text)));
  }

  /** Of all that came. */
  get bytes(): number {
    return this.#bytes;
  }

  add(chunk: Uint8Array): void {
    const missing = this.#readBytes - this.#bytes;
    // copied, since a part would keep the whole of a large buffer alive
    if (missing > 0) this.#kept.push(Uint8Array.from(chunk.subarray(0, missing)));
    this.#bytes += chunk.byteLength;
  }

  /** What was kept, as UTF-8 with replacement characters; one that was cut through is left out. */
  text(): string {
    const kept = Buffer.concat(this.#kept);
    if (this.#secrets.length === 0) return this.#beginning(kept, this.#bytes);
    const text = this.#masked(decoded(kept, this.#bytes > kept.byteLength));
    const bytes = Buffer.from(text);
    const shown = this.#beginning(bytes, bytes.byteLength).replaceAll(/\u0000+/g, HIDDEN);
    return this.#beginning(Buffer.from(shown), Buffer.byteLength(shown));
  }

  #beginning(bytes: Uint8Array, length: number): string {
    return decoded(bytes.subarray(0, this.#keepBytes), length > this.#keepBytes);
  }

  /** Each secret becomes as many bytes, so that the cut comes where it would have come. */
  #masked(text: string): string {
    return this.#secrets.reduce(
      (masked, secret) => masked.replaceAll(secret, MASK.repeat(Buffer.byteLength(secret))),
      text,
    );
  }
}

function decoded(bytes: Uint8Array, cut: boolean): string {
  if (bytes.byteLength === 0) return '';
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: cut });
}
