import {
  AppendRequest,
  AppendResponse,
  EventStoreServiceService,
} from '../gen/cassadra/v1/event_store.js';
import { ExpectedState } from '../gen/cassadra/v1/expected_state.js';
import { asList } from './as-list.js';
import type { Channel } from './channel.js';
import { invalidField, storeErrorOf, StoreError, VersionConflictError } from './errors.js';
import { encodeNewEvent, type NewEvent, type NewId } from './new-event.js';
import { requireText } from './require-text.js';
import type { CallLimits, Tries } from './tries.js';

/**
 * What the stream must be like: exactly at a version (0: it must not exist), without events, with
 * at least one, or anything.
 */
export type Expected = number | 'any' | 'no-stream' | 'stream-exists';

export interface AppendOptions extends CallLimits {
  /** `any` when not given. */
  readonly expected?: Expected;
}

/** Where the events of an append stand. */
export interface Appended {
  readonly firstVersion: number;
  readonly lastVersion: number;
  /** When the last of them was written, ms since the epoch. */
  readonly savetimeMs: number;
  /** An earlier call, or an earlier try of this one, had written them. */
  readonly duplicate: boolean;
}

const STATES = {
  any: ExpectedState.EXPECTED_STATE_ANY,
  'no-stream': ExpectedState.EXPECTED_STATE_NO_STREAM,
  'stream-exists': ExpectedState.EXPECTED_STATE_STREAM_EXISTS,
} as const;

const VERSION_MAX = 2_147_483_647;

/** An append for the wire. */
export interface EncodedAppend {
  readonly bytes: Uint8Array;
  readonly eventCount: number;
  /** The client made the ids of all its events. */
  readonly ownIds: boolean;
}

/** The append with an id for each event. Throws InvalidRequestError naming the field. */
export function encodeAppend(
  stream: string,
  events: NewEvent | readonly NewEvent[],
  { expected = 'any' }: AppendOptions,
  newId: NewId,
): EncodedAppend {
  requireText(stream, 'stream');
  if (stream === '') throw invalidField('stream', 'is empty');
  const list = asList(events);
  if (list.length === 0) throw invalidField('events', 'is empty');
  list.forEach((event, index) => requireEvent(event, `events[${index}]`));
  const request: AppendRequest = {
    stream,
    ...encodeExpected(expected),
    events: list.map((event, index) => encodeNewEvent(event, `events[${index}]`, newId)),
  };
  return {
    bytes: AppendRequest.encode(request).finish(),
    eventCount: list.length,
    ownIds: list.every((event) => event.eventId === undefined),
  };
}

/** Callers without types get an error that names what is wrong. */
function requireEvent(event: unknown, field: string): void {
  if (typeof event !== 'object' || event === null) throw invalidField(field, 'is not an event');
}

/** As the messages of the wire have it. Throws InvalidRequestError. */
export function encodeExpected(
  expected: Expected,
): Pick<AppendRequest, 'expectedState' | 'expectedVersion'> {
  if (typeof expected !== 'number') {
    const expectedState = Object.hasOwn(STATES, expected) ? STATES[expected] : undefined;
    if (expectedState === undefined) throw invalidField('expected', 'is not a known state');
    return { expectedState };
  }
  if (!Number.isInteger(expected) || expected < 0 || expected > VERSION_MAX) {
    throw invalidField('expected', `is not a version from 0 to ${VERSION_MAX}`);
  }
  const expectedState = ExpectedState.EXPECTED_STATE_UNSPECIFIED;
  return { expectedState, expectedVersion: expected };
}

/** As a caller gets it. */
export function decodeAppended(response: AppendResponse): Appended {
  const { firstVersion, lastVersion, savetimeMs, duplicate } = response;
  return { firstVersion, lastVersion, savetimeMs: Number(savetimeMs), duplicate };
}

/**
 * Before a conflict is told the server looks for the ids of the append in the stream: so it means
 * that no earlier try was written either.
 */
export function provesUnwritten(error: StoreError): boolean {
  return error instanceof VersionConflictError;
}

/** Ids that were made for this append cannot be those of another. */
export function explainReuse(error: StoreError, append: EncodedAppend): StoreError {
  if (error.reason !== 'EVENT_ID_REUSED' || !append.ownIds) return error;
  const message = 'the server finds new event ids in another append';
  return storeErrorOf('INTERNAL', message, { cause: error });
}

/** Sends the append, the very same in every try. */
export async function appendOnce(
  { channel, tries }: { readonly channel: Channel; readonly tries: Tries },
  append: EncodedAppend,
  limits: CallLimits,
): Promise<Appended> {
  const { path } = EventStoreServiceService.append;
  const answer = await tries.run({
    signal: limits.signal,
    timeoutMs: limits.timeoutMs,
    writes: true,
    provesUnwritten,
    work: async (options) => {
      try {
        return await channel.unary(path, append.bytes, options);
      } catch (error) {
        throw error instanceof StoreError ? explainReuse(error, append) : error;
      }
    },
  });
  return decodeAppended(AppendResponse.decode(Buffer.from(answer)));
}
