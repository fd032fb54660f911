import { fnv1a, type TimedEventKey } from '../../../core/index.js';

/** Spreads keys over shards, nothing more. */
export function shardOf({ application, eventId }: TimedEventKey, shards: number): number {
  return fnv1a(`${application}\n${eventId}`) % shards;
}
