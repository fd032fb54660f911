import { AppError } from './app-error.js';

/**
 * Watches the versions of a stream as they are read in one direction. A hole or a version that
 * stands twice is corruption: it is reported, never skipped.
 */
export class ContiguityCheck {
  readonly #stream: string;
  readonly #step: 1 | -1;
  #next: number;

  constructor(stream: string, firstVersion: number, direction: 'forward' | 'backward') {
    this.#stream = stream;
    this.#next = firstVersion;
    this.#step = direction === 'forward' ? 1 : -1;
  }

  /** Throws STREAM_CORRUPT unless `version` is the one that comes next. */
  see(version: number): void {
    if (version !== this.#next) throw corruptStream(this.#stream, this.#next, version);
    this.#next += this.#step;
  }

  /** Throws STREAM_CORRUPT unless everything up to and including `lastVersion` was seen. */
  end(lastVersion: number): void {
    if (this.#next !== lastVersion + this.#step) {
      throw corruptStream(this.#stream, this.#next, undefined);
    }
  }
}

function corruptStream(stream: string, wanted: number, found: number | undefined): AppError {
  const what = found === undefined ? 'nothing' : `version ${found}`;
  return new AppError('STREAM_CORRUPT', `stream ${stream}: ${what} where ${wanted} should be`, {
    stream,
    version: String(wanted),
  });
}
