import { randomUUID } from 'node:crypto';

export interface ReadyFor {
  /** Events in each request. */
  readonly batch: number;
  readonly seconds: number;
  /** More than the server could take on any machine: each request is used once. */
  readonly eventsPerSecondMax: number;
}

const CALLS_PER_SECOND_MAX = 25_000;
/** Beyond that they would take too much memory. */
const READY_EVENTS_MAX = 2_400_000;
const READY_CALLS_MAX = 300_000;
/** Before and after the window, and some more. */
const OTHER_SECONDS = 2;

/** Stands in a request for what is another id in each. */
export const SAMPLE_ID = '00000000-0000-4000-8000-000000000000';

/**
 * Copies of a request that holds {@link SAMPLE_ID}, each with a new id, enough for a run of so many
 * seconds. Those cost ghz the least. Undefined when they would be too many.
 */
export function readyRequests(sample: Buffer, run: ReadyFor): Buffer[] | undefined {
  const { batch, seconds, eventsPerSecondMax } = run;
  const perSecond = Math.min(CALLS_PER_SECOND_MAX, eventsPerSecondMax / batch);
  const calls = Math.ceil(perSecond * (seconds + OTHER_SECONDS));
  if (calls > READY_CALLS_MAX || calls * batch > READY_EVENTS_MAX) return undefined;
  const places = placesOf(sample);
  const size = sample.length;
  // one piece of memory for all, filled in place
  const all = Buffer.alloc(calls * size, sample);
  return Array.from({ length: calls }, (_, call) => {
    const request = all.subarray(call * size, (call + 1) * size);
    setId(request, places);
    return request;
  });
}

/** One such copy. */
export function readyRequest(sample: Buffer): Buffer {
  const request = Buffer.from(sample);
  setId(request, placesOf(sample));
  return request;
}

function setId(request: Buffer, places: readonly number[]): void {
  const id = randomUUID();
  for (const place of places) request.write(id, place, 'latin1');
}

function placesOf(sample: Buffer): number[] {
  const places: number[] = [];
  for (let at = sample.indexOf(SAMPLE_ID); at >= 0; at = sample.indexOf(SAMPLE_ID, at + 1)) {
    places.push(at);
  }
  return places;
}
