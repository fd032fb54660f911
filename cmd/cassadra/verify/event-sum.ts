import { createHash } from 'node:crypto';
import type { RecordedEvent } from '../../../src/client/index.js';
import { fnv1a } from '../../../src/core/index.js';

/** Parts into which streams are sorted, so that a difference leads to few of them. */
export const BUCKETS = 65_536;
const LANES = 4;

/** The part that a stream belongs to. */
export function bucketOf(streamId: string): number {
  return fnv1a(streamId) % BUCKETS;
}

/** 128 bits of what stream and feed must say alike of an event. */
export function fingerprintOf(event: RecordedEvent): Buffer {
  const { streamId, version, savetimeMs, typeCode, eventId = '' } = event;
  const text = `${streamId} ${version} ${savetimeMs} ${typeCode} ${eventId}`;
  return createHash('sha256').update(text).digest().subarray(0, 16);
}

/** A count and a sum of fingerprints for each part, whatever the order of the events. */
export class EventSums {
  readonly #counts = new Float64Array(BUCKETS);
  readonly #sums = new Uint32Array(BUCKETS * LANES);
  events = 0;

  add(event: RecordedEvent): void {
    const bucket = bucketOf(event.streamId);
    const fingerprint = fingerprintOf(event);
    this.events += 1;
    this.#counts[bucket] = this.count(bucket) + 1;
    for (let lane = 0; lane < LANES; lane += 1) {
      const at = bucket * LANES + lane;
      this.#sums[at] = (this.#sums[at] ?? 0) + fingerprint.readUInt32LE(lane * 4);
    }
  }

  count(bucket: number): number {
    return this.#counts[bucket] ?? 0;
  }

  /** The parts in which two differ. */
  differing(other: EventSums): number[] {
    return Array.from({ length: BUCKETS }, (_, bucket) => bucket).filter(
      (bucket) => this.count(bucket) !== other.count(bucket) || !this.#sameSum(other, bucket),
    );
  }

  #sameSum(other: EventSums, bucket: number): boolean {
    const start = bucket * LANES;
    const sum = this.#sums.subarray(start, start + LANES);
    return sum.every((lane, index) => lane === other.#sums[start + index]);
  }
}
