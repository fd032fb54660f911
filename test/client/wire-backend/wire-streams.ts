import type { ListedStream } from '../../../src/client/index.js';
import { AppError, requireUuid, type StreamRef } from '../../../src/core/index.js';
import type {
  DirectoryQuery,
  NamedStream,
  StreamDirectory,
  StreamWalk,
  StreamWalkPage,
} from '../../../src/storage/index.js';
import type { Link } from './link.js';
import { asPort } from './wire-errors.js';

/** The directory, by the lists of the client. These have no pages: a walk is kept open. */
export class WireStreams implements StreamDirectory {
  readonly #link: Link;
  readonly #walks = new Map<string, AsyncIterator<ListedStream, void>>();
  #lastPlace = 0;

  constructor(link: Link) {
    this.#link = link;
  }

  listStreams({ prefix, after, limit }: DirectoryQuery): Promise<readonly NamedStream[]> {
    return asPort(async () => {
      const found: NamedStream[] = [];
      const start = Buffer.from(after);
      for await (const { stream, streamId } of this.#link.client.listStreams({ prefix })) {
        if (Buffer.compare(Buffer.from(stream), start) <= 0) continue;
        found.push({ name: stream, id: requireUuid(streamId) });
        if (found.length === limit) break;
      }
      return found;
    });
  }

  walkStreams({ after, limit }: StreamWalk): Promise<StreamWalkPage> {
    return asPort(async () => {
      const walk = after === '' ? this.#begin() : this.#walks.get(after);
      if (walk === undefined) throw new AppError('CURSOR_INVALID', 'no walk stands there');
      this.#walks.delete(after);
      const streams: StreamRef[] = [];
      while (streams.length < limit) {
        const next = await walk.next();
        if (next.done === true) return { streams, next: undefined };
        streams.push(refOf(next.value));
      }
      this.#lastPlace += 1;
      const place = `walk ${this.#lastPlace}`;
      this.#walks.set(place, walk);
      return { streams, next: place };
    });
  }

  #begin(): AsyncIterator<ListedStream, void> {
    return this.#link.client.listStreams({ includeUnnamed: true })[Symbol.asyncIterator]();
  }
}

function refOf({ stream, streamId }: ListedStream): StreamRef {
  const name = stream === streamId ? undefined : stream;
  return { id: requireUuid(streamId), name };
}
