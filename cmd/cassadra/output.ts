import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Lines on standard output, no faster than its reader takes them. */
export class Output {
  readonly #stream: Writable;
  readonly json: boolean;

  constructor(stream: Writable, json: boolean) {
    this.#stream = stream;
    this.json = json;
  }

  /** Writes a line and waits while too much is under way. */
  async line(text: string): Promise<void> {
    if (!this.#stream.write(`${text}\n`)) await once(this.#stream, 'drain');
  }

  /** One thing: as JSON on one line where that was asked for, else as the text. */
  async show(value: unknown, text: () => string): Promise<void> {
    await this.line(this.json ? JSON.stringify(value) : text());
  }
}

/** `| head` closes the pipe: that is no failure, there is just nobody left to print for. */
export function leaveWhenNobodyReads(stream: Writable): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
