import type { TimedEventKey } from '../../../core/index.js';

/** FNV-1a over the UTF-16 units; spreads keys over shards, nothing more. */
export function shardOf({ application, eventId }: TimedEventKey, shards: number): number {
  let hash = 0x811c9dc5;
  for (const text of [application, '\n', eventId]) {
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
    }
  }
  return hash % shards;
}
