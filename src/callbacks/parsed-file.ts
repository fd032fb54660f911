import { open, stat } from 'node:fs/promises';

/** Of a longer file the rest does not count. */
const READ_BYTES_MAX = 1_048_576;

/** What a file of the system says. One that cannot be read is like an empty one. */
export class ParsedFile<T> {
  readonly #path: string;
  readonly #parse: (text: string) => T;
  #content: T;
  #version = '';
  #reading: Promise<void> | undefined;

  constructor(path: string, parse: (text: string) => T) {
    this.#path = path;
    this.#parse = parse;
    this.#content = parse('');
  }

  /** Reads again when the file's time or size has changed. */
  async content(): Promise<T> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    await this.#reading;
    return this.#content;
  }

  async #read(): Promise<void> {
    try {
      const { mtimeMs, size } = await stat(this.#path);
      const version = `${mtimeMs} ${size}`;
      if (version === this.#version) return;
      this.#content = this.#parse(await beginning(this.#path, size));
      this.#version = version;
    } catch {
      this.#content = this.#parse('');
      this.#version = '';
    }
  }
}

async function beginning(path: string, bytes: number): Promise<string> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(Math.min(bytes, READ_BYTES_MAX));
    const { bytesRead } = await file.read({ buffer });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
