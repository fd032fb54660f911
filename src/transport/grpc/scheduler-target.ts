import {
  decodeMetadata,
  invalidField,
  requireHeader,
  requireUrl,
  type AppendTarget,
  type HttpHeader,
  type HttpMethod,
  type HttpTarget,
  type Target,
  type UserTarget,
} from '../../core/index.js';
import {
  HttpMethod as WireMethod,
  type AppendTarget as WireAppendTarget,
  type HttpTarget as WireHttpTarget,
  type ScheduleRequest,
  type TimedEvent as WireTimedEvent,
} from '../../gen/cassadra/v1/scheduler.js';
import { decodeExpected, decodeTypeRef, encodeExpected, encodeTypeRef } from './append-fields.js';
import { CONTENT_TYPES } from './content-types.js';
import { decodeEnum } from './decode-enum.js';
import { decodeMetadataField } from './metadata-field.js';

/** How a payload came. */
export type PayloadKind = 'json' | 'bytes';

const METHODS: ReadonlyMap<number, HttpMethod> = new Map([
  [WireMethod.HTTP_METHOD_UNSPECIFIED, 'POST'],
  [WireMethod.HTTP_METHOD_POST, 'POST'],
  [WireMethod.HTTP_METHOD_GET, 'GET'],
  [WireMethod.HTTP_METHOD_PUT, 'PUT'],
  [WireMethod.HTTP_METHOD_DELETE, 'DELETE'],
  [WireMethod.HTTP_METHOD_PATCH, 'PATCH'],
]);

const WIRE_METHODS: Readonly<Record<HttpMethod, WireMethod>> = {
  POST: WireMethod.HTTP_METHOD_POST,
  GET: WireMethod.HTTP_METHOD_GET,
  PUT: WireMethod.HTTP_METHOD_PUT,
  DELETE: WireMethod.HTTP_METHOD_DELETE,
  PATCH: WireMethod.HTTP_METHOD_PATCH,
};

/** The target of a request. `payload`: how its payload came; undefined when there is none. */
export function decodeTarget(
  wire: ScheduleRequest['target'],
  payload: PayloadKind | undefined,
): UserTarget {
  if (wire === undefined) throw invalidField('target', 'is required: one of http, append');
  switch (wire.$case) {
    case 'http':
      return decodeHttp(wire.value, payload);
    case 'append':
      return decodeAppend(wire.value, payload ?? 'bytes');
  }
}

function decodeHttp(wire: WireHttpTarget, payload: PayloadKind | undefined): HttpTarget {
  const headers: HttpHeader[] = wire.headers.map(({ name, value }) => ({ name, value }));
  headers.forEach((header, index) => requireHeader(`http.headers[${index}]`, header));
  const typed = headers.some(({ name }) => name.toLowerCase() === 'content-type');
  if (payload !== undefined && !typed) {
    headers.push({ name: 'content-type', value: CONTENT_TYPES[payload] });
  }
  return {
    kind: 'http',
    url: requireUrl('http.url', wire.url),
    method: decodeEnum('http.method', wire.method, METHODS, WireMethod),
    headers,
  };
}

function decodeAppend(wire: WireAppendTarget, content: PayloadKind): AppendTarget {
  return {
    kind: 'append',
    stream: wire.stream,
    type: decodeTypeRef('append.', wire.typeRef),
    content,
    contentType: wire.contentType === '' ? undefined : wire.contentType,
    metadata: decodeMetadataField('append.metadata', wire.metadata),
    expected: decodeExpected('append.', wire),
  };
}

/** The same back. */
export function encodeTarget(target: UserTarget): NonNullable<WireTimedEvent['target']> {
  switch (target.kind) {
    case 'http': {
      const { url, method } = target;
      const headers = target.headers.map(({ name, value }) => ({ name, value }));
      return { $case: 'http', value: { url, method: WIRE_METHODS[method], headers } };
    }
    case 'append':
      return { $case: 'append', value: encodeAppend(target) };
  }
}

function encodeAppend(target: AppendTarget): WireAppendTarget {
  return {
    stream: target.stream,
    typeRef: encodeTypeRef(target.type),
    contentType: target.contentType ?? '',
    metadata: Object.fromEntries(decodeMetadata(target.metadata)),
    ...encodeExpected(target.expected),
  };
}

/** Whether the payload is said to be JSON. */
export function isCalledJson(target: Target): boolean {
  if (target.kind === 'task') return false;
  if (target.kind === 'append') return target.content === 'json';
  const header = target.headers.find(({ name }) => name.toLowerCase() === 'content-type');
  return /^application\/json\s*(;|$)/i.test(header?.value ?? '');
}
