import { StoreError } from '../errors.js';
import { isRecord, parseRecord } from '../json-record.js';
import { readIfPresent, replaceFile } from '../replaced-file.js';
import type { CheckpointStore } from './checkpoint-store.js';

const FORMAT = 2;

/** Keeps places in one JSON file of one process, replaced as a whole: never half written. */
export class FileCheckpoints implements CheckpointStore {
  readonly #path: string;
  #places: Promise<Map<string, string>> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** CHECKPOINT_FILE_INVALID when the file is there but is none of these. */
  async load(name: string): Promise<string | undefined> {
    return (await this.#read()).get(name);
  }

  /** One write at a time, in order of the calls. */
  async save(name: string, place: string): Promise<void> {
    const places = await this.#read();
    places.set(name, place);
    const write = this.#writing.then(() => {
      const text = JSON.stringify({ format: FORMAT, places: Object.fromEntries(places) });
      return replaceFile(this.#path, `${text}\n`);
    });
    this.#writing = write.catch(() => undefined);
    await write;
  }

  /** Reads the file once. A failure is not kept: the file may be put right. */
  #read(): Promise<Map<string, string>> {
    this.#places ??= readPlaces(this.#path).catch((error: unknown) => {
      this.#places = undefined;
      throw error;
    });
    return this.#places;
  }
}

async function readPlaces(path: string): Promise<Map<string, string>> {
  const text = await readIfPresent(path);
  if (text === undefined) return new Map();
  const { format, places: kept } = parseRecord(text) ?? {};
  if (format === FORMAT && isRecord(kept)) {
    const places = Object.entries(kept).filter(isPlace);
    return new Map(places);
  }
  const message = `${path} is not a checkpoint file of this version. Move it away.`;
  throw new StoreError('CHECKPOINT_FILE_INVALID', message);
}

function isPlace(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}
