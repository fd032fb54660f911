import { AppError, parseUuid, uuidAt } from '../../core/index.js';
import type {
  DirectoryQuery,
  NamedStream,
  StreamDirectory,
  StreamWalk,
  StreamWalkPage,
} from '../../storage/index.js';
import type { Engine } from './engine.js';
import { damaged } from './errors.js';
import { decodeHead, readHead } from './heads.js';
import { UUID_BYTES, uuidBytes } from './uuid-bytes.js';

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
    const tables = this.#engine.snapshot();
    for (const { key, value } of tables.names.getRange({ start })) {
      if (found.length >= limit || !key.subarray(0, first.length).equals(first)) break;
      if (key.equals(passed)) continue;
      const name = key.toString();
      if (value.length !== UUID_BYTES || readHead(tables, value).name !== name) {
        throw damaged(`the name ${name} points to another stream`);
      }
      found.push({ name, id: uuidAt(value) });
    }
    return found;
  }

  /** By the bytes of the id; a page is passed on by its last one. */
  async walkStreams({ after, limit }: StreamWalk): Promise<StreamWalkPage> {
    const passed = parseUuid(after);
    if (after !== '' && passed === undefined) {
      throw new AppError('CURSOR_INVALID', 'no walk of streams has given this place');
    }
    const tables = this.#engine.snapshot();
    const range = tables.heads.getRange({
      start: passed === undefined ? Buffer.alloc(UUID_BYTES) : uuidBytes(passed),
      exclusiveStart: passed !== undefined,
      limit: limit + 1,
    });
    const left = [...range].map(({ key, value }) => {
      return { id: uuidAt(key), name: decodeHead(tables, key, value).name };
    });
    const streams = left.slice(0, limit);
    return { streams, next: streams.length < left.length ? streams.at(-1)?.id : undefined };
  }
}
