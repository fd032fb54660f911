import {
  planAppends,
  type AppendDecision,
  type AppError,
  type KnownStream,
  type NewEvent,
  type RecordedEvent,
  type StreamAppend,
  type Uuid,
  type WriteLimits,
} from '../../core/index.js';
import {
  earlierTry,
  idReused,
  streamFull,
  type AppendOutcome,
  type AppendRequest,
} from '../../storage/index.js';
import { eventMissing, streamDamaged } from './errors.js';
import { encodeHead, readHead, type Head } from './heads.js';
import {
  eventIdKey,
  eventKey,
  feedKey,
  placeKey,
  versionOfEventIdKey,
  type FeedPlace,
} from './keys.js';
import type { Ledger } from './ledger.js';
import { decodeRecord, encodeRecord } from './record.js';
import type { Tables } from './schema.js';
import { uuidBytes } from './uuid-bytes.js';

const NO_VALUE = Buffer.alloc(0);

/** Nothing was or will be written. */
export function notStarted(error: AppError): AppendOutcome {
  return { kind: 'unavailable', error };
}

/** Decides and writes the appends of one request within one write transaction. */
export class StreamWriter {
  readonly #tables: Tables;
  readonly #limits: WriteLimits;
  readonly #request: AppendRequest;
  readonly #key: Buffer;
  #head: Head;

  constructor(tables: Tables, limits: WriteLimits, request: AppendRequest) {
    this.#tables = tables;
    this.#limits = limits;
    this.#request = request;
    this.#key = uuidBytes(request.stream.id);
    this.#head = readHead(tables, this.#key);
  }

  /** One outcome for each append, in order, provided that the transaction commits. */
  write(ledger: Ledger, nowMs: number): AppendOutcome[] {
    const outcomes: AppendOutcome[] = [];
    for (;;) {
      const appends = this.#request.appends.slice(outcomes.length);
      if (appends.length === 0) return outcomes;
      const plan = planAppends(appends, this.#known(), this.#limits);
      const places = ledger.assign(plan.events, nowMs);
      this.#writeEvents(plan.events, places);
      for (const [index, decision] of plan.decisions.entries()) {
        const append = appends[index];
        if (append === undefined || decision.kind === 'deferred') break;
        outcomes.push(
          this.#outcome(append, decision, (version) => {
            return places[version - plan.baseVersion - 1]?.savetimeMs ?? 0;
          }),
        );
      }
    }
  }

  #known(): KnownStream {
    return {
      currentVersion: this.#head.version,
      versionOf: (eventId, from, to) => (from > to ? undefined : this.#find(eventId, from, to)),
    };
  }

  #find(eventId: Uuid, from: number, to: number): number | undefined {
    const range = this.#tables.eventIds.getKeys({
      start: eventIdKey(this.#key, eventId, from),
      end: eventIdKey(this.#key, eventId, to),
      inclusiveEnd: true,
      limit: 1,
    });
    for (const key of range) return versionOfEventIdKey(key);
    return undefined;
  }

  #outcome(
    append: StreamAppend,
    decision: Exclude<AppendDecision, { kind: 'deferred' }>,
    savetimeOf: (version: number) => number,
  ): AppendOutcome {
    switch (decision.kind) {
      case 'write': {
        const { firstVersion, lastVersion } = decision;
        const savetimeMs = savetimeOf(lastVersion);
        return { kind: 'appended', firstVersion, lastVersion, savetimeMs };
      }
      case 'found':
        return earlierTry(append, this.#recorded(decision.firstVersion, decision.lastVersion));
      case 'conflict':
        return decision;
      case 'id-reused':
        return idReused(decision.eventId);
      case 'stream-full':
        return streamFull();
    }
  }

  #recorded(firstVersion: number, lastVersion: number): RecordedEvent[] {
    const stream = this.#request.stream.id;
    const events: RecordedEvent[] = [];
    for (let version = firstVersion; version <= lastVersion; version += 1) {
      const key = eventKey(this.#key, version);
      const record = this.#tables.events.getBinary(key);
      if (record === undefined) throw eventMissing(stream, version);
      const { uncheckedTo } = this.#tables;
      const context = { stream, streamName: this.#head.name, version, key, uncheckedTo };
      events.push(decodeRecord(record, context));
    }
    return events;
  }

  #writeEvents(events: readonly NewEvent[], places: readonly FeedPlace[]): void {
    if (events.length === 0) return;
    const { id, name } = this.#request.stream;
    const { version } = this.#head;
    if (this.#tables.events.doesExist(eventKey(this.#key, version + 1))) {
      throw streamDamaged(id, `it goes on behind its version ${version}`);
    }
    events.forEach((event, index) => {
      const place = places[index];
      if (place === undefined) throw new TypeError('an event without a place');
      this.#writeEvent(event, version + index + 1, place);
    });
    if (name !== undefined && this.#head.name === undefined) {
      this.#tables.names.putSync(Buffer.from(name), this.#key);
    }
    this.#head = {
      version: version + events.length,
      name: this.#head.name ?? name,
    };
    this.#tables.heads.putSync(this.#key, encodeHead(this.#key, this.#head));
  }

  #writeEvent(event: NewEvent, version: number, place: FeedPlace): void {
    const { events, eventIds, byType, byPosition } = this.#tables;
    const key = eventKey(this.#key, version);
    const named = this.#request.stream.name !== undefined;
    events.putSync(key, encodeRecord(event, { ...place, key, named }));
    eventIds.putSync(eventIdKey(this.#key, event.eventId, version), NO_VALUE);
    byType.putSync(feedKey(event.type, place), key);
    byPosition.putSync(placeKey(place), key);
  }
}
