import {
  parseTypeCode,
  requireUuid,
  STREAM_NAMESPACE,
  type StreamRef,
  type TypeCode,
} from '../../src/core/index.js';
import { systemIds, type Random } from '../../src/runtime/index.js';

export const WRITERS = 64;

export function stream(name: string): StreamRef {
  return { id: requireUuid(systemIds.nameId(name, STREAM_NAMESPACE)), name };
}

/** The streams of the 64 writers of a process; processes that run at once use other lanes. */
export function ownStreams(lane: string): StreamRef[] {
  return Array.from({ length: WRITERS }, (_, writer) => stream(`own-${lane}-${writer}`));
}

export const SHARED_STREAMS = Array.from({ length: 8 }, (_, index) => stream(`shared-${index}`));

export const TYPES: readonly TypeCode[] = [-2_147_483_648, -7, 0, 1, 2_147_483_647].flatMap(
  (code) => parseTypeCode(code) ?? [],
);

/** An append that was answered: its events are in `stream` from `firstVersion` on. */
export interface Acknowledged {
  readonly batch: string;
  readonly stream: string;
  readonly firstVersion: number;
  readonly count: number;
}

/** What event `index` of `count` of a batch carries: it says where it belongs. */
export function payloadOf(batch: string, index: number, count: number): string {
  return `${batch} ${index} ${count} ${'x'.repeat(50 + ((index * 97) % 400))}`;
}

/** Reads a payload; throws when it is not one. */
export function parsePayload(payload: string): { batch: string; index: number; count: number } {
  const [batch, index, count, ...rest] = payload.split(' ');
  if (batch === undefined || rest.length !== 1) throw new Error(`not a payload: ${payload}`);
  return { batch, index: Number(index), count: Number(count) };
}

export function formatAcknowledged({ batch, stream, firstVersion, count }: Acknowledged): string {
  return `ack ${batch} ${stream} ${firstVersion} ${count}\n`;
}

/** Undefined for a line that says something else, or was cut off. */
export function parseAcknowledged(line: string): Acknowledged | undefined {
  const found = /^ack (\S+) (\S{36}) (\d+) (\d+)$/.exec(line);
  const [, batch, streamId, firstVersion, count] = found ?? [];
  if (batch === undefined || streamId === undefined) return undefined;
  return { batch, stream: streamId, firstVersion: Number(firstVersion), count: Number(count) };
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random.next() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
