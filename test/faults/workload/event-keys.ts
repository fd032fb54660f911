import { createHash } from 'node:crypto';
import { v5 } from 'uuid';
import { STREAM_NAMESPACE } from '../../../src/core/index.js';
import type { Draws } from '../../../src/runtime/index.js';

const FILLER_MAX = 200;
const LARGE_FILLER = 6_000;
const LARGE = 0.01;

/** The key of an event, which stands in its payload. */
export function keyOf(append: string, index: number): string {
  return `${append}#${index}`;
}

/** A payload with its key and something that takes room. */
export function payloadOf(key: string, draws: Draws): string {
  const size = draws.chance(LARGE) ? LARGE_FILLER : draws.whole(0, FILLER_MAX);
  return JSON.stringify({ key, filler: 'x'.repeat(size) });
}

/** The key in a payload; what is not one of ours is shown as it is, to be found by the checks. */
export function keyIn(payload: string | undefined): string {
  const strange = `not ours: ${String(payload).slice(0, 80)}`;
  if (payload === undefined) return strange;
  try {
    const parsed: unknown = JSON.parse(payload);
    const key = memberOf(parsed, 'key');
    return typeof key === 'string' ? key : strange;
  } catch {
    return strange;
  }
}

/** A member of what was JSON. */
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

/** A UUID that follows from a text, so that tries of one append have the same ids. */
export function uuidFrom(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const [a, b, c, d] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16), hex.slice(17, 20)];
  return `${a}-${b}-4${c}-8${d}-${hex.slice(20, 32)}`;
}

/** The UUID of a stream, named or not. */
export function streamIdOf(stream: string): string {
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(stream);
  return uuid ? stream : v5(stream, STREAM_NAMESPACE);
}
