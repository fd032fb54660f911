import { AppError, type NewEvent, type RecordedEvent, type Uuid } from '../../core/index.js';
import type { Clock } from '../../runtime/index.js';
import type {
  AppendOutcome,
  AppendRequest,
  EventLog,
  FeedPage,
  StreamQuery,
  TypeQuery,
} from '../../storage/index.js';
import { AbortRace } from '../../core/index.js';
import { notStarted, StreamWriter } from './append.js';
import { CommitUnknown } from './errors.js';
import type { Engine } from './engine.js';
import { readHead } from './heads.js';
import { UINT48_MAX } from './keys.js';
import { endPage, placeAfter, readPage } from './read-by-type.js';
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
      .submit((ledger) => {
        if (signal.aborted) return aborted();
        started = true;
        const writer = new StreamWriter(this.#engine.tables, this.#settings.writeLimits, request);
        return writer.write(ledger, this.#clock.nowMs());
      }, requestBytes(request))
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

  async readByType(query: TypeQuery): Promise<FeedPage> {
    const from = placeAfter(query.after);
    if (from === undefined) return endPage(query);
    if (query.boundary === 'event') {
      return readPage(this.#engine.snapshot(), query, from, UINT48_MAX);
    }
    const page = readPage(this.#engine.snapshot(), query, from, this.#completeSavetimeMs());
    if (!page.heldBack) return page;
    // what is held back was there before the caller asked: close its millisecond, then it is whole
    await this.#engine.write((ledger) => ledger.closeLastSavetime());
    return readPage(this.#engine.snapshot(), query, from, this.#completeSavetimeMs());
  }

  #completeSavetimeMs(): number {
    return this.#engine.ledger().completeSavetimeMs;
  }
}

/** Roughly: it only keeps a group from getting too large. */
function requestBytes({ appends }: AppendRequest): number {
  return appends.reduce(
    (sum, { events }) => events.reduce((bytes, event) => bytes + roughBytes(event), sum),
    0,
  );
}

function roughBytes({ content, metadata }: NewEvent): number {
  const body = content.kind === 'text' ? content.text.length : content.bytes.byteLength;
  return body + (metadata?.length ?? 0);
}
