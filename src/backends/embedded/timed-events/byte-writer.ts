import type { Uuid } from '../../../core/index.js';
import { UUID_BYTES, writeUuid } from '../uuid-bytes.js';

/** Puts values one after the other; `ByteReader` reads them in the same order. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(512);
  #length = 0;

  uint8(value: number): this {
    const offset = this.#grow(1);
    this.#bytes.writeUInt8(value, offset);
    return this;
  }

  /** Any number, exactly. */
  number(value: number): this {
    const offset = this.#grow(8);
    this.#bytes.writeDoubleBE(value, offset);
    return this;
  }

  uuid(value: Uuid): this {
    const offset = this.#grow(UUID_BYTES);
    writeUuid(value, this.#bytes, offset);
    return this;
  }

  text(value: string): this {
    const bytes = Buffer.byteLength(value);
    const offset = this.#grow(4 + bytes);
    this.#bytes.writeUInt32BE(bytes, offset);
    this.#bytes.write(value, offset + 4);
    return this;
  }

  /** What was written; the writer must not be used after it. */
  done(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Makes room and answers where it begins. */
  #grow(bytes: number): number {
    const offset = this.#length;
    this.#length += bytes;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, offset);
      this.#bytes = larger;
    }
    return offset;
  }
}
