import { open, type Database, type RootDatabase } from 'lmdb';
import { PAYLOAD_BYTES } from '../../load/payload.js';
import { FOLLOWED, type StoreLibrary } from '../store-library/store-library.js';

const ORDER_TYPE = 1;
const FOLLOWED_TYPE = 2;
const BINARY = { encoding: 'binary' } as const;

type EventKey = [stream: string, version: number];
type IndexKey = [type: number, position: number];

interface Rows {
  readonly root: RootDatabase;
  /** Stream → version, which LMDB's binding compares in the transaction. */
  readonly heads: Database<number, string>;
  /** → content. */
  readonly events: Database<Buffer, EventKey>;
  /** → key of the event. */
  readonly byType: Database<EventKey, IndexKey>;
}

/** Opens the file so that a write resolves when it is on the disk, as Cassadra does. */
export function openRawLmdb(folder: string): Promise<StoreLibrary> {
  const root = open({ path: folder, maxDbs: 4, overlappingSync: false });
  const rows = {
    root,
    heads: root.openDB<number, string>('heads', { useVersions: true }),
    events: root.openDB<Buffer, EventKey>('events', BINARY),
    byType: root.openDB<EventKey, IndexKey>('by_type', { encoding: 'ordered-binary' }),
  };
  return Promise.resolve(new RawLmdb(rows));
}

/**
 * The least that an append costs: a head that is tested, and a row and a row of an index for each
 * event. All that is asked for while the disk is busy is one transaction. Nobody else writes, so it
 * knows where streams are, and need not wait for one append to a stream before the next.
 */
class RawLmdb implements StoreLibrary {
  readonly #rows: Rows;
  readonly #versions = new Map<string, number>();
  #position: number;

  constructor(rows: Rows) {
    this.#rows = rows;
    this.#position = Math.max(this.#lastOf(ORDER_TYPE), this.#lastOf(FOLLOWED_TYPE));
  }

  async append(stream: string, events: number, expected: 'none' | 'any'): Promise<void> {
    const { heads } = this.#rows;
    const head = expected === 'none' ? 0 : (this.#versions.get(stream) ?? heads.get(stream) ?? 0);
    if (expected === 'any') this.#versions.set(stream, head + events);
    const write = (): void => this.#write(stream, head, events);
    const written =
      head === 0 ? heads.ifNoExists(stream, write) : heads.ifVersion(stream, head, write);
    if (!(await written)) throw new Error(`${stream} is not at version ${String(head)}`);
  }

  #write(stream: string, head: number, events: number): void {
    const { heads, events: contents, byType } = this.#rows;
    const type = stream.startsWith(FOLLOWED) ? FOLLOWED_TYPE : ORDER_TYPE;
    void heads.put(stream, head + events, head + events);
    for (let version = head + 1; version <= head + events; version += 1) {
      this.#position += 1;
      void contents.put([stream, version], PAYLOAD_BYTES);
      void byType.put([type, this.#position], [stream, version]);
    }
  }

  read(stream: string): Promise<number> {
    let found = 0;
    const start: EventKey = [stream, 0];
    const end: EventKey = [stream, Number.POSITIVE_INFINITY];
    for (const { value } of this.#rows.events.getRange({ start, end })) found += parsed(value);
    return Promise.resolve(found);
  }

  readFollowed(): Promise<number> {
    const { events, byType } = this.#rows;
    let found = 0;
    const start: IndexKey = [FOLLOWED_TYPE, 0];
    const end: IndexKey = [FOLLOWED_TYPE, Number.POSITIVE_INFINITY];
    for (const { value } of byType.getRange({ start, end })) found += parsed(events.get(value));
    return Promise.resolve(found);
  }

  close(): Promise<void> {
    return this.#rows.root.close();
  }

  #lastOf(type: number): number {
    const start: IndexKey = [type, Number.POSITIVE_INFINITY];
    const end: IndexKey = [type, 0];
    const [last] = this.#rows.byType.getKeys({ start, end, reverse: true, limit: 1 });
    return last?.[1] ?? 0;
  }
}

function parsed(content: Buffer | undefined): number {
  return content === undefined || JSON.parse(content.toString('utf8')) === null ? 0 : 1;
}
