import { ExpectedState } from '../../gen/cassadra/v1/expected_state.js';
import {
  HttpMethod,
  type AppendTarget as WireAppend,
  type HttpTarget as WireHttp,
  type TimedEvent as WireTimedEvent,
} from '../../gen/cassadra/v1/scheduler.js';
import type { Expected } from '../append.js';

/** How an HTTP call is made. */
export type HttpCallMethod = 'POST' | 'GET' | 'PUT' | 'DELETE' | 'PATCH';

/** A call over HTTP, as it is kept. */
export interface HttpCall {
  readonly url: string;
  readonly method: HttpCallMethod;
  /** In the order in which they are sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** An append, as it is kept. */
export interface ScheduledAppend {
  readonly stream: string;
  /** A name, or a code. */
  readonly type: string | number;
  /** Empty: as the content is. */
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly expected: Expected;
}

const METHODS: Readonly<Record<number, HttpCallMethod>> = {
  [HttpMethod.HTTP_METHOD_GET]: 'GET',
  [HttpMethod.HTTP_METHOD_PUT]: 'PUT',
  [HttpMethod.HTTP_METHOD_DELETE]: 'DELETE',
  [HttpMethod.HTTP_METHOD_PATCH]: 'PATCH',
};

/** What happens at the due time: one of the two is set. */
export interface Target {
  readonly http: HttpCall | undefined;
  readonly append: ScheduledAppend | undefined;
}

/** As a caller gets it. */
export function decodeTarget(target: WireTimedEvent['target']): Target {
  return {
    http: target?.$case === 'http' ? decodeHttp(target.value) : undefined,
    append: target?.$case === 'append' ? decodeAppend(target.value) : undefined,
  };
}

function decodeHttp({ url, method, headers }: WireHttp): HttpCall {
  const pairs = headers.map(({ name, value }) => [name, value] as const);
  return { url, method: METHODS[method] ?? 'POST', headers: pairs };
}

function decodeAppend(target: WireAppend): ScheduledAppend {
  const { stream, typeRef, contentType, metadata } = target;
  const type = typeRef?.value ?? '';
  return { stream, type, contentType, metadata, expected: expectedOf(target) };
}

function expectedOf({ expectedVersion, expectedState }: WireAppend): Expected {
  if (expectedVersion !== undefined) return expectedVersion;
  if (expectedState === ExpectedState.EXPECTED_STATE_NO_STREAM) return 'no-stream';
  const exists = expectedState === ExpectedState.EXPECTED_STATE_STREAM_EXISTS;
  return exists ? 'stream-exists' : 'any';
}
