import { AppError, parseUuid } from '../../core/index.js';
import type {
  DirectoryQuery,
  NamedStream,
  StreamDirectory,
  StreamWalk,
  StreamWalkPage,
} from '../../storage/index.js';
import { compareNames, type MemoryTables } from './schema.js';

export class MemoryStreamDirectory implements StreamDirectory {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async listStreams({ prefix, after, limit }: DirectoryQuery): Promise<readonly NamedStream[]> {
    this.#tables.requireOpen();
    return [...this.#tables.names]
      .map(([name, id]) => ({ name, id }))
      .filter(({ name }) => name.startsWith(prefix) && compareNames(name, after) > 0)
      .sort((left, right) => compareNames(left.name, right.name))
      .slice(0, limit);
  }

  /** By id; a page is passed on by its last one. */
  async walkStreams({ after, limit }: StreamWalk): Promise<StreamWalkPage> {
    this.#tables.requireOpen();
    if (after !== '' && parseUuid(after) === undefined) {
      throw new AppError('CURSOR_INVALID', 'no walk of streams has given this place');
    }
    const left = [...this.#tables.streams.keys()].filter((id) => id > after).sort();
    const page = left.slice(0, limit);
    const names = new Map([...this.#tables.names].map(([name, id]) => [id, name]));
    return {
      streams: page.map((id) => ({ id, name: names.get(id) })),
      next: page.length < left.length ? page.at(-1) : undefined,
    };
  }
}
