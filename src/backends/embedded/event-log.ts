import {
  AbortRace,
  appendBytes,
  AppError,
  FEED_START,
  type FeedCursor,
  type RecordedEvent,
  type Uuid,
} from '../../core/index.js';
import type { Clock } from '../../runtime/index.js';
import type {
  AllQuery,
  AppendOutcome,
  AppendRequest,
  EventLog,
  FeedPage,
  StreamQuery,
  TypeQuery,
} from '../../storage/index.js';
import { notStarted, StreamWriter } from './append.js';
import { CommitUnknown } from './errors.js';
import type { Engine, FeedSnapshot } from './engine.js';
import { blocksOfAll, blocksOfTypes, type FeedBlock } from './feed-blocks.js';
import { readHead } from './heads.js';
import { UINT48_MAX, type FeedPlace } from './keys.js';
import { endPage, placeAfter, readPage, type CeilingPage } from './read-feed.js';
import { readStream } from './read-stream.js';
import type { EmbeddedSettings } from './settings.js';
import { uuidBytes } from './uuid-bytes.js';

export class EmbeddedEventLog implements EventLog {
  readonly #engine: Engine;
  readonly #settings: EmbeddedSettings;
  readonly #clock: Clock;
  readonly #aborts = new AbortRace();

  constructor(engine: Engine, settings: EmbeddedSettings, clock: Clock) {
    this.#engine = engine;
    this.#settings = settings;
    this.#clock = clock;
  }

  append(request: AppendRequest): Promise<readonly AppendOutcome[]> {
    const { appends, signal } = request;
    const all = (outcome: AppendOutcome): AppendOutcome[] => appends.map(() => outcome);
    const aborted = (): AppendOutcome[] =>
      all(notStarted(new AppError('UNAVAILABLE', 'the append was ended before it was written')));
    if (signal.aborted) return Promise.resolve(aborted());
    let started = false;
    const written = this.#engine.commits
      .submit(
        (ledger) => {
          if (signal.aborted) return aborted();
          started = true;
          const writer = new StreamWriter(this.#engine.tables, this.#settings.writeLimits, request);
          return writer.write(ledger, this.#clock.nowMs());
        },
        appends.reduce((sum, append) => sum + appendBytes(append), 0),
      )
      .catch((error: unknown) => {
        if (error instanceof CommitUnknown) return all({ kind: 'unknown' });
        if (error instanceof AppError) return all(notStarted(error));
        throw error;
      });
    return this.#aborts.race(written, signal, () =>
      started ? all({ kind: 'unknown' }) : aborted(),
    );
  }

  readStream(query: StreamQuery): AsyncIterable<readonly RecordedEvent[]> {
    return readStream(() => this.#engine.snapshot(), query);
  }

  async currentVersion(stream: Uuid): Promise<number> {
    return readHead(this.#engine.snapshot(), uuidBytes(stream)).version;
  }

  readByType(query: TypeQuery): Promise<FeedPage> {
    return this.#readFeed(query, ({ tables }, from) => blocksOfTypes(tables, query.types, from));
  }

  readAll(query: AllQuery): Promise<FeedPage> {
    return this.#readFeed(query, ({ tables, ledger }, from) => {
      return blocksOfAll(tables, from, ledger.last);
    });
  }

  async feedEnd(): Promise<FeedCursor> {
    const { last } = this.#engine.feedSnapshot().ledger;
    return last === undefined ? FEED_START : { kind: 'position', ...last };
  }

  async #readFeed(query: AllQuery, blocksFrom: BlocksFrom): Promise<FeedPage> {
    const from = placeAfter(query.after);
    if (from === undefined) return endPage(query);
    const page = this.#readPage(query, from, blocksFrom);
    if (!page.heldBack) return page;
    // what is held back was there before the caller asked: close its millisecond, then it is whole
    await this.#engine.write((ledger) => ledger.closeLastSavetime());
    return this.#readPage(query, from, blocksFrom);
  }

  /** All of it from one snapshot: of several types none may be ahead of the others. */
  #readPage(query: AllQuery, from: FeedPlace, blocksFrom: BlocksFrom): CeilingPage {
    const snapshot = this.#engine.feedSnapshot();
    const { tables, ledger } = snapshot;
    const ceilingMs = query.boundary === 'event' ? UINT48_MAX : ledger.completeSavetimeMs;
    return readPage(tables, blocksFrom(snapshot, from), query, { from, ceilingMs });
  }
}

type BlocksFrom = (snapshot: FeedSnapshot, from: FeedPlace) => Iterable<FeedBlock>;
