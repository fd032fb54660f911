import type { Delivery, FeedReader, RunRecord } from '../history/operation.js';
import type { CheckResult, Violation } from '../history/violation.js';
import { indexAppends, type AppendStory, type Stray } from './append-index.js';
import { FEED_LIMITS, FeedLimits, type FeedLimit } from './feed-limits.js';
import { atTime } from './finding.js';

/** A final event with the append that it is of; undefined: nobody's. */
interface Published {
  /** From 0. */
  readonly number: number;
  readonly place: Stray;
  readonly story: AppendStory | undefined;
}

type PublishedEvents = ReadonlyMap<string, Published>;

/**
 * Each reader by type was given every event of its types, once, those of one stream in order, and
 * nothing else; also over a change of servers, since a cursor is exact. An ordered feed misses
 * nothing. What a view may miss is counted by limit (`FEED_LIMITS`); all else is a violation.
 */
export function checkFeed(record: RunRecord): CheckResult {
  const published = publishedEvents(record);
  const limits = record.feed === 'view' ? new FeedLimits(record) : undefined;
  const deliveries = deliveriesByReader(record);
  const savetimes = savetimesOf(record);
  const violations: Violation[] = [];
  const excused = new Map<FeedLimit, number>(Object.values(FEED_LIMITS).map((name) => [name, 0]));
  for (const reader of record.readers) {
    const check = new ReaderCheck(reader, published);
    for (const delivery of deliveries.get(reader.name) ?? []) check.take(delivery);
    for (const violation of check.violations) violations.push(violation);
    for (const [key, event] of check.missed()) {
      const limit =
        event.story === undefined ? undefined : limits?.of(event.story, savetimes.get(key));
      if (limit === undefined) violations.push(missedBy(reader, key, event));
      else excused.set(limit, (excused.get(limit) ?? 0) + 1);
    }
  }
  violations.push(...unknownReaders(record, deliveries));
  const counts = [...deliveries.values()].map((one) => one.length);
  return {
    violations,
    figures: {
      'readers by type': record.readers.length,
      'events delivered': counts.reduce((sum, count) => sum + count, 0),
      ...(limits === undefined ? {} : Object.fromEntries(excused)),
    },
  };
}

function savetimesOf({ finalStreams }: RunRecord): ReadonlyMap<string, number | undefined> {
  const events = [...finalStreams.values()].flat();
  return new Map(events.map(({ key, savetimeMs }) => [key, savetimeMs]));
}

class ReaderCheck {
  readonly violations: Violation[] = [];
  readonly #reader: FeedReader;
  readonly #types: ReadonlySet<string>;
  readonly #published: PublishedEvents;
  /** By number: 1 when it was given. */
  readonly #given: Uint8Array;
  readonly #foreign = new Set<string>();
  readonly #versions = new Map<string, number>();

  constructor(reader: FeedReader, published: PublishedEvents) {
    this.#reader = reader;
    this.#types = new Set(reader.types);
    this.#published = published;
    this.#given = new Uint8Array(published.size);
  }

  take(delivery: Delivery): void {
    const { key, stream, version } = delivery;
    const event = this.#published.get(key);
    if (this.#isRepeat(key, event)) {
      this.#found('delivered-twice', delivery);
      return;
    }
    if (event === undefined) this.#found('delivered-event-of-nobody', delivery);
    else if (event.place.stream !== stream || event.place.version !== version) {
      this.#found('delivered-at-wrong-place', delivery);
    } else if (!this.#types.has(event.place.type)) this.#found('delivered-wrong-type', delivery);
    const last = this.#versions.get(stream) ?? 0;
    if (version < last) this.#found('delivered-out-of-order', delivery, ` after version ${last}`);
    this.#versions.set(stream, Math.max(version, last));
  }

  *missed(): Generator<readonly [string, Published]> {
    for (const entry of this.#published) {
      const [, { number, place }] = entry;
      if (this.#given[number] !== 1 && this.#types.has(place.type)) yield entry;
    }
  }

  #isRepeat(key: string, event: Published | undefined): boolean {
    const isRepeat = event === undefined ? this.#foreign.has(key) : this.#given[event.number] === 1;
    if (event === undefined) this.#foreign.add(key);
    else this.#given[event.number] = 1;
    return isRepeat;
  }

  #found(check: string, { key, stream, version, atMs }: Delivery, more = ''): void {
    const what = `${this.#reader.name} got ${key}, ${stream}/${version}, at ${atTime(atMs)}${more}`;
    this.violations.push({ check, what });
  }
}

function publishedEvents(record: RunRecord): PublishedEvents {
  const { appends, strays } = indexAppends(record);
  const events = new Map<string, Published>();
  const add = (place: Stray, story: AppendStory | undefined): void => {
    if (!events.has(place.key)) events.set(place.key, { number: events.size, place, story });
  };
  for (const story of appends.values()) for (const place of story.places) add(place, story);
  for (const place of strays) add(place, undefined);
  return events;
}

function deliveriesByReader({ lines }: RunRecord): Map<string, Delivery[]> {
  const readers = new Map<string, Delivery[]>();
  for (const line of lines) {
    if (line.kind !== 'delivery') continue;
    const known = readers.get(line.reader);
    if (known === undefined) readers.set(line.reader, [line]);
    else known.push(line);
  }
  return readers;
}

function unknownReaders(
  { readers }: RunRecord,
  deliveries: ReadonlyMap<string, readonly Delivery[]>,
): Violation[] {
  const names = new Set(readers.map(({ name }) => name));
  return [...deliveries.keys()]
    .filter((name) => !names.has(name))
    .map((name) => ({ check: 'unknown-reader', what: `${name} is not among the readers` }));
}

function missedBy(reader: FeedReader, key: string, event: Published): Violation {
  const { place, story } = event;
  const { stream, version, type } = place;
  const times = (story?.tries ?? []).map((one) => `${one.end.kind} at ${atTime(one.endedMs)}`);
  const what =
    `${reader.name} (${reader.api}) never got ${key}, ${stream}/${version}, type ${type}; ` +
    `tries: ${times.join(', ')}`;
  return { check: 'missed-by-reader', what };
}
