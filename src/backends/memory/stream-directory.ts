import type { DirectoryQuery, NamedStream, StreamDirectory } from '../../storage/index.js';
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
}
