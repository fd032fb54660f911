import { randomUUID } from 'node:crypto';
import type { GhzCall } from '../../load/ghz.js';
import { PAYLOAD } from '../../load/payload.js';
import { bytesField, numberField } from '../../load/wire-bytes.js';
import type { AppendWorkload, StreamChoice } from '../../model/workload.js';
import { EVENT_TYPE } from '../store-library/store-library.js';
import { existingStreams, newOneStream } from '../store-library/streams.js';
import { inCheckout } from './in-checkout.js';

/** What begins the names of the streams that ghz appends to. */
export const GHZ_SPACE = 'ghz';

/** Values of cassadra.v1.ExpectedState: what a caller of this kind would ask for. */
const STATES = { new: 2, existing: 1, one: 1 } as const satisfies Record<StreamChoice, number>;

/** A cassadra.v1.NewEvent of the payload. The server makes its id. */
const EVENT = Buffer.concat([bytesField(2, EVENT_TYPE), bytesField(5, PAYLOAD)]);

/** More than a server of this kind could take on any machine: each is used once. */
const CALLS_PER_SECOND_MAX = 20_000;
const EVENTS_PER_SECOND_MAX = 200_000;
/** Beyond that they would take too much memory. */
const READY_EVENTS_MAX = 2_000_000;
const READY_CALLS_MAX = 300_000;
/** Before and after the window, and some more. */
const OTHER_SECONDS = 2;

type Append = Pick<AppendWorkload, 'streams' | 'clients' | 'batch'>;

/**
 * The call of Append for ghz. New streams are expected not to exist; nothing is expected of the
 * others. Streams of `existing` are taken in turn; the one of `one` is new for each call.
 */
export function appendCall(
  address: string | readonly string[],
  { streams, clients, batch }: Append,
  seconds: number,
): GhzCall {
  return {
    address,
    protoFiles: [inCheckout('bench/subjects/cassadra/append-load.proto')],
    method: 'cassadra.v1.EventStoreService.Append',
    clients,
    seconds,
    data: streams === 'new' ? newStreams(batch, seconds) : requestsTo(streams, batch),
    eventsPerCall: batch,
  };
}

/** Requests that are ready cost ghz the least; for a long run there would be too many of them. */
function newStreams(batch: number, seconds: number): GhzCall['data'] {
  const perSecond = Math.min(CALLS_PER_SECOND_MAX, EVENTS_PER_SECOND_MAX / batch);
  const calls = Math.ceil(perSecond * (seconds + OTHER_SECONDS));
  const tooMany = calls > READY_CALLS_MAX || calls * batch > READY_EVENTS_MAX;
  return tooMany ? newStreamTemplate(batch) : newStreamRequests(calls, batch);
}

function newStreamTemplate(batch: number): string {
  const event = EVENT.toString('base64');
  return JSON.stringify({
    stream: `${GHZ_SPACE}.new-{{.UUID}}`,
    expectedState: STATES.new,
    events: Array.from({ length: batch }, () => event),
  });
}

function requestsTo(streams: 'existing' | 'one', batch: number): Buffer[] {
  const names = streams === 'one' ? [newOneStream()] : existingStreams;
  return names.map((name) => appendRequest(`${GHZ_SPACE}.${name}`, STATES[streams], batch));
}

function appendRequest(stream: string, state: number, batch: number): Buffer {
  const events = Array.from({ length: batch }, () => bytesField(4, EVENT));
  return Buffer.concat([bytesField(1, stream), numberField(3, state), ...events]);
}

/** Requests to streams that nobody has used, each another one. */
export function newStreamRequests(count: number, batch: number): Buffer[] {
  return Array.from({ length: count }, () =>
    appendRequest(`${GHZ_SPACE}.new-${randomUUID()}`, STATES.new, batch),
  );
}
