import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { livesOf, type HandledEvent } from './handled-log.js';
import { SAVE_EVERY_EVENTS, type ReaderKind, type ReaderPlan } from './reader-plan.js';
import { placeOf, type WrittenFeed } from './written-feed.js';

/**
 * How many events may come again at the beginning of a life: what was handled since the last save,
 * nothing where the effect holds the cursor, any number of eager ones, which have no cursor.
 */
const REPEATS_MAX: Readonly<Record<ReaderKind, number>> = {
  handler: SAVE_EVERY_EVENTS,
  polling: SAVE_EVERY_EVENTS,
  batch: 0,
  eager: Infinity,
};

export interface Reading {
  readonly faults: readonly string[];
  /** Events that came again after a crash. */
  readonly repeats: number;
}

/** Whether a reader has seen what it was to see. `ordered`: in the order of the feed, too. */
export function checkReading(
  folder: string,
  reader: ReaderPlan,
  feed: WrittenFeed,
  { ordered }: { readonly ordered: boolean },
): Reading {
  const faults: string[] = [];
  const seen = new Map<string, HandledEvent>();
  let repeats = 0;
  for (const [life, events] of livesOf(join(folder, `${reader.name}.log`)).entries()) {
    const again = events.filter((event) => seen.has(event.eventId));
    repeats += again.length;
    if (again.length > REPEATS_MAX[reader.kind]) {
      faults.push(`life ${life}: ${again.length} came again`);
    }
    if (new Set(events.map((event) => event.eventId)).size !== events.length) {
      faults.push(`life ${life}: some came twice`);
    }
    faults.push(...disorder(events).map((fault) => `life ${life}: ${fault}`));
    for (const event of events) if (!seen.has(event.eventId)) seen.set(event.eventId, event);
  }
  const once = [...seen.values()];
  const expected = feed.of(reader);
  faults.push(...difference(once, expected), ...disorder(once));
  if (ordered && reader.kind !== 'eager') {
    const index = expected.findIndex((event, at) => event.eventId !== once[at]?.eventId);
    if (index !== -1) faults.push(`event ${index} is not the one of the feed`);
  }
  return { faults: faults.map((fault) => `${reader.name}: ${fault}`).slice(0, 10), repeats };
}

/** Whether a reader has handled all that it is to see, in some order. */
export function hasSeenAll(folder: string, reader: ReaderPlan, feed: WrittenFeed): boolean {
  const path = join(folder, `${reader.name}.log`);
  if (!existsSync(path)) return false;
  const seen = livesOf(path).flat();
  const ids = new Set(seen.map((event) => event.eventId));
  return feed.of(reader).every((event) => ids.has(event.eventId));
}

function difference(seen: readonly HandledEvent[], expected: readonly HandledEvent[]): string[] {
  const seenIds = new Set(seen.map((event) => event.eventId));
  const expectedIds = new Set(expected.map((event) => event.eventId));
  const missed = expected.filter((event) => !seenIds.has(event.eventId));
  const strange = seen.filter((event) => !expectedIds.has(event.eventId));
  return [
    ...missed.map((event) => `${placeOf(event)} was missed (of ${missed.length})`),
    ...strange.map((event) => `${placeOf(event)} is not in the feed`),
  ];
}

/** Where a version of a stream does not come after the one before it. */
function disorder(events: readonly HandledEvent[]): string[] {
  const versions = new Map<string, number>();
  const faults: string[] = [];
  for (const event of events) {
    const before = versions.get(event.stream) ?? 0;
    if (event.version <= before) faults.push(`${placeOf(event)} came after ${before}`);
    versions.set(event.stream, event.version);
  }
  return faults;
}
