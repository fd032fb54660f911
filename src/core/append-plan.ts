import { eventBytes, INT32_MAX, type NewEvent } from './event.js';
import { isExpected, namedVersion, type ExpectedVersion } from './expected-version.js';
import type { Uuid } from './uuid.js';

/** One caller's append to one stream. */
export interface StreamAppend {
  readonly expected: ExpectedVersion;
  readonly events: readonly NewEvent[];
  /** The ids were made for this call, so no earlier try can have written them. */
  readonly freshIds: boolean;
  /** What the events count towards limits, where that is known already. */
  readonly bytes?: number;
}

/** What an append counts towards limits, in bytes. */
export function appendBytes({ events, bytes }: StreamAppend): number {
  return bytes ?? events.reduce((sum, event) => sum + eventBytes(event), 0);
}

/** What is known of the stream before the write. */
export interface KnownStream {
  readonly currentVersion: number;
  /**
   * The lowest version from `from` to `to` at which an event id stands, within what the caller
   * has looked up. It may stand elsewhere too, since its reuse goes unnoticed outside that range.
   */
  versionOf(eventId: Uuid, from: number, to: number): number | undefined;
}

/** How far one write may go. Bytes count payload, content type and metadata. */
export interface WriteLimits {
  readonly eventsMax: number;
  readonly bytesMax: number;
  /** How many of the last versions are searched for ids under *any* and *stream exists*. */
  readonly idWindow: number;
}

/**
 * What becomes of one append, provided that the plan's write is applied.
 * `found`: every id is there already, in order; the caller compares the contents.
 * `conflict`: `currentVersion` counts what the plan writes before it and nothing after it, so that
 * it is never the version that the append expected.
 * `deferred`: not in this write, plan it again after it.
 */
export type AppendDecision =
  | { readonly kind: 'write'; readonly firstVersion: number; readonly lastVersion: number }
  | { readonly kind: 'found'; readonly firstVersion: number; readonly lastVersion: number }
  | { readonly kind: 'conflict'; readonly currentVersion: number }
  | { readonly kind: 'id-reused'; readonly eventId: Uuid }
  | { readonly kind: 'stream-full' }
  | { readonly kind: 'deferred' };

export interface AppendPlan {
  /** One for each append, in order. */
  readonly decisions: readonly AppendDecision[];
  /** The events to write, from `baseVersion + 1` on; empty when there is nothing to write. */
  readonly events: readonly NewEvent[];
  readonly baseVersion: number;
}

/**
 * The first version of the window in which an append without a named version is looked for: an
 * earlier try counts when its last event is within it, so that a long one is found whole.
 */
export function windowStart(
  append: StreamAppend,
  currentVersion: number,
  limits: WriteLimits,
): number {
  return Math.max(1, currentVersion - limits.idWindow - append.events.length + 2);
}

/** Where an append's ids are looked for: right after its expected version, or in a window. */
function searchRange(append: StreamAppend, known: KnownStream, limits: WriteLimits) {
  const named = namedVersion(append.expected);
  return named === undefined
    ? { from: windowStart(append, known.currentVersion, limits), to: known.currentVersion }
    : { from: named + 1, to: Math.min(known.currentVersion, named + append.events.length) };
}

/** Undefined when none of the ids is there. */
function findEarlierTry(
  append: StreamAppend,
  known: KnownStream,
  limits: WriteLimits,
): AppendDecision | undefined {
  if (append.freshIds) return undefined;
  const { from, to } = searchRange(append, known, limits);
  const found = append.events.map((event) => {
    const version = known.versionOf(event.eventId, from, to);
    return version !== undefined && version >= from && version <= to ? version : undefined;
  });
  const reused = append.events.find((_, index) => found[index] !== undefined);
  if (reused === undefined) return undefined;
  const named = namedVersion(append.expected);
  const first = named === undefined ? found[0] : named + 1;
  if (first === undefined || found.some((version, index) => version !== first + index)) {
    return { kind: 'id-reused', eventId: reused.eventId };
  }
  return { kind: 'found', firstVersion: first, lastVersion: first + append.events.length - 1 };
}

/**
 * Decides appends that wait for one stream, in order, as one conditional write: those whose
 * expected versions chain are merged, the others answered. An append that shares an id with one
 * merged before it waits for the next write, since only then its answer is known.
 */
export function planAppends(
  appends: readonly StreamAppend[],
  known: KnownStream,
  limits: WriteLimits,
): AppendPlan {
  const decisions: AppendDecision[] = [];
  const events: NewEvent[] = [];
  const pendingIds = new Set<Uuid>();
  let version = known.currentVersion;
  let bytes = 0;
  let full = false;

  const decide = (append: StreamAppend): AppendDecision => {
    if (full || append.events.some((event) => pendingIds.has(event.eventId))) {
      full = true; // keeps the order of arrival: nobody overtakes a deferred append
      return { kind: 'deferred' };
    }
    const earlier = findEarlierTry(append, known, limits);
    if (earlier !== undefined) return earlier;
    if (!isExpected(append.expected, version)) {
      return { kind: 'conflict', currentVersion: version };
    }
    if (version + append.events.length > INT32_MAX) return { kind: 'stream-full' };
    const size = appendBytes(append);
    const over =
      events.length + append.events.length > limits.eventsMax || bytes + size > limits.bytesMax;
    if (over && events.length > 0) {
      full = true;
      return { kind: 'deferred' };
    }
    const firstVersion = version + 1;
    version += append.events.length;
    bytes += size;
    events.push(...append.events);
    // one that is alone shares no id with others
    if (appends.length > 1) for (const event of append.events) pendingIds.add(event.eventId);
    return { kind: 'write', firstVersion, lastVersion: version };
  };

  for (const append of appends) decisions.push(decide(append));
  return { decisions, events, baseVersion: known.currentVersion };
}
