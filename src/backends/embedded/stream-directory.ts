import type { DirectoryQuery, NamedStream, StreamDirectory } from '../../storage/index.js';
import type { Engine } from './engine.js';
import { readUuid } from './uuid-bytes.js';

export class EmbeddedStreamDirectory implements StreamDirectory {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async listStreams({ prefix, after, limit }: DirectoryQuery): Promise<readonly NamedStream[]> {
    const first = Buffer.from(prefix);
    const passed = Buffer.from(after);
    const start = Buffer.compare(first, passed) > 0 ? first : passed;
    const found: NamedStream[] = [];
    for (const { key, value } of this.#engine.snapshot().names.getRange({ start })) {
      if (found.length >= limit || !key.subarray(0, first.length).equals(first)) break;
      if (key.equals(passed)) continue;
      found.push({ name: key.toString(), id: readUuid(value, 0) });
    }
    return found;
  }
}
