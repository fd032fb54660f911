import { randomUUID } from 'node:crypto';
import type { StreamChoice } from '../../model/workload.js';
import { FOLLOWED } from './store-library.js';

/**
 * Streams are of 64 kinds, so that a store that locks a kind while it writes (message-db) can write
 * many at once. The kind is what stands before the dash.
 */
const KINDS = 64;
const EXISTING = 1_000;

const named = (number: number, key: string): string => `order${String(number % KINDS)}-${key}`;

export const existingStreams: readonly string[] = numbered(EXISTING);

/** The one stream of a run: each has another, so that none is longer for being measured later. */
export function newOneStream(): string {
  return named(0, `one${randomUUID()}`);
}

/** Gives the stream of the next append of a client, in one run. */
export function streamsOf(choice: StreamChoice): (client: number) => string {
  if (choice === 'new') return (client) => named(client, randomUUID());
  const streams = choice === 'one' ? [newOneStream()] : existingStreams;
  let turn = 0;
  return () => streams[turn++ % streams.length] ?? '';
}

/** Names of so many streams, always the same. */
export function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, number) => named(number, `existing${String(number)}`));
}

export const followedStream = (key: string): string => `${FOLLOWED}-${key}`;
