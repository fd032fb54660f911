import {
  planAppends,
  type AppendDecision,
  type AppError,
  type KnownStream,
  type RecordedEvent,
  type StreamAppend,
  type TypeCode,
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
import { blockLength, encodeBlock } from './block.js';
import { encodeHead, goesOnBehind, readHead, type Head } from './heads.js';
import { IdPages } from './id-pages.js';
import { eventKey, feedKey, placeKey, type FeedPlace } from './keys.js';
import type { Ledger } from './ledger.js';
import type { PlacedEvent } from './record.js';
import type { Tables } from './schema.js';
import { blocksOf, versionsOf } from './stream-blocks.js';
import { uuidBytes } from './uuid-bytes.js';

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
      const events = ledger.assign(plan.events, nowMs);
      this.#writeEvents(ledger, events);
      for (const [index, decision] of plan.decisions.entries()) {
        const append = appends[index];
        if (append === undefined || decision.kind === 'deferred') break;
        outcomes.push(
          this.#outcome(append, decision, (version) => {
            return events[version - plan.baseVersion - 1]?.savetimeMs ?? 0;
          }),
        );
      }
    }
  }

  #known(): KnownStream {
    const { version } = this.#head;
    const ids = new IdPages(this.#tables, this.#key, version);
    return {
      currentVersion: version,
      versionOf: (eventId, from, to) => (from > to ? undefined : ids.find(eventId, from, to)),
    };
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
    const span = { from: firstVersion, to: lastVersion };
    const events: RecordedEvent[] = [];
    for (const block of blocksOf(this.#tables, this.#key, span)) {
      for (const version of versionsOf(block, span)) {
        events.push(block.event(version, this.#head.name));
      }
    }
    const missing = firstVersion + events.length;
    if (missing <= lastVersion) throw eventMissing(this.#request.stream.id, missing);
    return events;
  }

  #writeEvents(ledger: Ledger, events: readonly PlacedEvent[]): void {
    if (events.length === 0) return;
    const { id, name } = this.#request.stream;
    const { version } = this.#head;
    // that nothing stands behind version 0 was seen when the head was read
    if (version > 0 && goesOnBehind(this.#tables, this.#key, version)) {
      throw streamDamaged(id, `it goes on behind its version ${version}`);
    }
    for (let from = 0; from < events.length; ) {
      const to = from + blockLength(events, from);
      this.#writeBlock(events.slice(from, to), version + to);
      ledger.countRow();
      from = to;
    }
    if (name !== undefined && this.#head.name === undefined) {
      this.#tables.names.putSync(Buffer.from(name), this.#key);
    }
    this.#head = {
      version: version + events.length,
      name: this.#head.name ?? name,
    };
    this.#tables.heads.putSync(this.#key, encodeHead(this.#key, this.#head));
  }

  #writeBlock(block: readonly PlacedEvent[], lastVersion: number): void {
    const { events, byType, byPosition } = this.#tables;
    const key = eventKey(this.#key, lastVersion);
    const named = this.#request.stream.name !== undefined;
    events.putSync(key, encodeBlock(key, block, named));
    const lastOfType = new Map<TypeCode, FeedPlace>();
    for (const placed of block) lastOfType.set(placed.event.type, placed);
    for (const [type, place] of lastOfType) byType.putSync(feedKey(type, place), key);
    const last = block.at(-1);
    if (last !== undefined) byPosition.putSync(placeKey(last), key);
  }
}
