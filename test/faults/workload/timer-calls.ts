import {
  OutcomeUnknownError,
  StoreError,
  StoreUnavailableError,
  type TimedEventRequest,
} from '../../../src/client/index.js';
import type { TimerEnd } from '../history/operation.js';
import { describeError } from './append-tries.js';
import { memberOf } from './event-keys.js';
import type { ServerClients } from './server-clients.js';

/** By which API a timed event is scheduled or cancelled. */
export type TimerWay = 'v1' | 'v1-single' | 'cassata';

/** A timed event that somebody wants. */
export interface PlannedTimer {
  readonly timer: string;
  readonly application: string;
  readonly url: string;
  /** On the wall clock. */
  readonly wallDueMs: number;
  /** On the clock of the history. */
  readonly dueMs: number;
  readonly way: TimerWay;
}

/** A timed event by v1 is lost to another poller sooner than with the usual time-out. */
const TIMEOUT_MS = 3_000;
const HTTP_TIMEOUT_MS = 3_000;
const UNKNOWN_STATUS = new Set([408, 499, 500, 502, 504]);

/** Schedules it. `again`: an earlier try ended unknown, so that one that is there may be it. */
export async function addTimer(
  clients: ServerClients,
  plan: PlannedTimer,
  again: boolean,
): Promise<TimerEnd> {
  if (plan.way === 'cassata') return addByCassata(clients, plan, again);
  const store = plan.way === 'v1' ? clients.patient : clients.single;
  const { application, timer: eventId, wallDueMs: due, url } = plan;
  const request: TimedEventRequest = {
    ...{ application, eventId, due, timeoutMs: TIMEOUT_MS },
    http: { url, json: JSON.stringify({ eventId }) },
    onExists: again ? 'ok-if-same' : 'reject',
  };
  try {
    await store.timers.schedule(request);
    return { kind: 'done' };
  } catch (error) {
    return failed(error);
  }
}

/** Cancels it. */
export async function cancelTimer(
  clients: ServerClients,
  { application, timer, way }: PlannedTimer,
  again: boolean,
): Promise<TimerEnd> {
  if (way === 'cassata') return deleteByCassata(clients, { application, timer }, again);
  const store = way === 'v1' ? clients.patient : clients.single;
  try {
    const stopped = await store.timers.cancel(application, timer);
    return stopped === 'done' ? { kind: 'done' } : { kind: 'too-late', why: stopped };
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'NOT_FOUND') return gone(again);
    return failed(error);
  }
}

/** It was there, and nobody else cancels it: the try before has. */
function gone(again: boolean): TimerEnd {
  return again ? { kind: 'done' } : { kind: 'too-late', why: 'not found' };
}

function failed(error: unknown): TimerEnd {
  const why = describeError(error);
  const known = error instanceof StoreError && !(error instanceof OutcomeUnknownError);
  const refused = known && error.reason !== 'INTERNAL' && error.reason !== 'CLIENT_CLOSED';
  if (refused && !(error instanceof StoreUnavailableError)) {
    return { kind: 'refused', why: `UNEXPECTED ${why}` };
  }
  return refused ? { kind: 'refused', why } : { kind: 'unknown', why };
}

async function addByCassata(
  { http }: ServerClients,
  { application, timer: eventId, url, wallDueMs }: PlannedTimer,
  again: boolean,
): Promise<TimerEnd> {
  const body = {
    'event-id': eventId,
    'application-id': application,
    event: { eventId },
    expiry: wallDueMs,
    url,
  };
  const answer = await ask('POST', `${http}/cassata/add`, JSON.stringify(body));
  if (answer.status === 200) return { kind: 'done' };
  if (answer.status === 409 && again) return { kind: 'done' };
  return refusalOf(answer);
}

async function deleteByCassata(
  { http }: ServerClients,
  { application, timer }: { readonly application: string; readonly timer: string },
  again: boolean,
): Promise<TimerEnd> {
  const answer = await ask('DELETE', `${http}/cassata/delete/${application}/${timer}`);
  if (answer.status !== 200) return refusalOf(answer);
  const said: unknown = JSON.parse(answer.text);
  if (memberOf(said, 'status') === 'ok') return { kind: 'done' };
  const message = String(memberOf(said, 'message'));
  return message === 'event not found' ? gone(again) : { kind: 'too-late', why: message };
}

interface HttpAnswer {
  /** 0: there was none. */
  readonly status: number;
  readonly text: string;
}

/** Cassata tells errors by status and a text for people. */
function refusalOf({ status, text }: HttpAnswer): TimerEnd {
  const why = `${status} ${text}`.slice(0, 200);
  if (status === 0 || UNKNOWN_STATUS.has(status)) return { kind: 'unknown', why };
  return { kind: 'refused', why: status === 503 || status === 429 ? why : `UNEXPECTED ${why}` };
}

async function ask(method: string, url: string, body?: string): Promise<HttpAnswer> {
  const sent = body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } };
  try {
    const signal = AbortSignal.timeout(HTTP_TIMEOUT_MS);
    const answer = await fetch(url, { method, signal, ...sent });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    return { status: 0, text: describeError(error) };
  }
}
