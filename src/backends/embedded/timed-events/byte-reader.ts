import { type Uuid, uuidAt } from '../../../core/index.js';
import { damaged } from '../errors.js';
import { UUID_BYTES } from '../uuid-bytes.js';

/** Reads what a `ByteWriter` wrote. Throws DATA_DIR_INVALID when it ends too early. */
export class ByteReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#pass(1));
  }

  number(): number {
    return this.#bytes.readDoubleBE(this.#pass(8));
  }

  uuid(): Uuid {
    return uuidAt(this.#bytes, this.#pass(UUID_BYTES));
  }

  text(): string {
    const bytes = this.#bytes.readUInt32BE(this.#pass(4));
    const start = this.#pass(bytes);
    return this.#bytes.toString('utf8', start, start + bytes);
  }

  #pass(bytes: number): number {
    const start = this.#offset;
    this.#offset += bytes;
    if (this.#offset > this.#bytes.length) throw damaged('a timed event is cut off');
    return start;
  }
}
