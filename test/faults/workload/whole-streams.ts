import { StoreError, type Cassadra, type RecordedEvent } from '../../../src/client/index.js';
import type { FinalEvent } from '../history/operation.js';
import { keyIn, memberOf } from './event-keys.js';
import { typeNameOf } from './event-types.js';
import type { ServerClients } from './server-clients.js';
import type { WorkedStream } from './stream-set.js';

/** A read that shows that the stream is damaged, or is answered as if it were. */
export class BrokenStreamError extends Error {}

const CORRUPT = 'STREAM_CORRUPT';
const HTTP_TIMEOUT_MS = 5_000;

/** By v1, in one call. */
export async function readAll(store: Cassadra, { stream }: WorkedStream): Promise<FinalEvent[]> {
  return collected(store.read(stream), 1);
}

/**
 * By v1, in pages of a few events, each from a server that `choose` names. It is a whole read: the
 * page that is not full shows the end.
 */
export async function readPages(
  choose: () => Cassadra,
  { stream }: WorkedStream,
  limit: number,
): Promise<FinalEvent[]> {
  const events: FinalEvent[] = [];
  for (;;) {
    const from = events.length + 1;
    const page = await collected(choose().read(stream, { from, limit }), from);
    events.push(...page);
    if (page.length < limit) return events;
  }
}

/** By storegrpc, which does not tell versions. */
export async function findById(
  { storegrpc }: ServerClients,
  { streamId }: WorkedStream,
): Promise<FinalEvent[]> {
  try {
    const { events } = await storegrpc.findById(streamId);
    return events.map(({ type, payload }) => {
      return { key: keyIn(payload), type: typeNameOf(undefined, type) };
    });
  } catch (error) {
    throw asBroken(error);
  }
}

/** By v1 over HTTP: lines of JSON. */
export async function readHttp(
  { http }: ServerClients,
  { stream }: WorkedStream,
): Promise<FinalEvent[]> {
  const url = `${http}/v1/streams/${stream}/events`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(HTTP_TIMEOUT_MS) });
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  const events: FinalEvent[] = [];
  for (const line of lines) {
    const message: unknown = JSON.parse(line);
    const code = memberOf(message, 'code');
    if (code === CORRUPT) throw new BrokenStreamError(line.slice(0, 300));
    if (code !== undefined) throw new Error(line.slice(0, 300));
    const found = memberOf(message, 'events');
    if (!Array.isArray(found)) throw new Error(`not a line of events: ${line.slice(0, 300)}`);
    for (const event of found) events.push(eventOfJson(event, events.length + 1));
  }
  return events;
}

async function collected(found: AsyncIterable<RecordedEvent>, from: number): Promise<FinalEvent[]> {
  const events: FinalEvent[] = [];
  try {
    for await (const { version, json, type, typeCode, savetimeMs } of found) {
      requireVersion(version, from + events.length);
      events.push({ key: keyIn(json), type: typeNameOf(type, typeCode), savetimeMs });
    }
  } catch (error) {
    throw asBroken(error);
  }
  return events;
}

function eventOfJson(event: unknown, expected: number): FinalEvent {
  requireVersion(Number(memberOf(event, 'version')), expected);
  const [json, type] = [memberOf(event, 'json'), memberOf(event, 'type')];
  return {
    key: keyIn(typeof json === 'string' ? json : undefined),
    type: typeNameOf(
      typeof type === 'string' && type !== '' ? type : undefined,
      Number(memberOf(event, 'typeCode')),
    ),
  };
}

function requireVersion(version: number, expected: number): void {
  if (version === expected) return;
  throw new BrokenStreamError(`version ${version} stands where ${expected} should`);
}

function asBroken(error: unknown): unknown {
  const corrupt = error instanceof StoreError && error.reason === CORRUPT;
  return corrupt ? new BrokenStreamError(error.message) : error;
}
