import { isRecord, parseRecord } from '../json-record.js';
import { readIfPresent, replaceFile } from '../replaced-file.js';

/** Keeps the place of a reader in each event type. */
export interface SavetimeCheckpoints {
  /** Savetime (ms) up to which everything was handled, by type; empty at the first start. */
  load(): Promise<ReadonlyMap<number, number>>;
  /** Resolves when the place of a type is safe. */
  save(type: number, sinceMs: number): Promise<void>;
}

const FORMAT = 1;

/** Keeps places in one small JSON file, which is replaced as a whole: never half written. */
export class FileSavetimeCheckpoints implements SavetimeCheckpoints {
  readonly #path: string;
  readonly #places = new Map<number, number>();
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws when the file is there but is not a checkpoint. */
  async load(): Promise<ReadonlyMap<number, number>> {
    const text = await readIfPresent(this.#path);
    if (text !== undefined) {
      for (const [type, sinceMs] of parsePlaces(text, this.#path)) this.#places.set(type, sinceMs);
    }
    return new Map(this.#places);
  }

  /** One write at a time, in order of the calls. */
  save(type: number, sinceMs: number): Promise<void> {
    this.#places.set(type, sinceMs);
    const write = this.#writing.then(() => this.#write());
    this.#writing = write.catch(() => undefined);
    return write;
  }

  async #write(): Promise<void> {
    const since = Object.fromEntries(this.#places);
    await replaceFile(this.#path, `${JSON.stringify({ format: FORMAT, since })}\n`);
  }
}

function parsePlaces(text: string, path: string): [number, number][] {
  const { format, since: kept } = parseRecord(text) ?? {};
  if (format === FORMAT && isRecord(kept)) {
    const places = Object.entries(kept).map(([type, since]) => [Number(type), since]);
    if (places.every(isPlace)) return places;
  }
  throw new Error(`${path} is not a checkpoint file of this version`);
}

function isPlace(place: unknown): place is [number, number] {
  return Array.isArray(place) && place.every((part) => Number.isSafeInteger(part));
}
