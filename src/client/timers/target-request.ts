import { HttpMethod, type ScheduleRequest } from '../../gen/cassadra/v1/scheduler.js';
import { encodeExpected, type Expected } from '../append.js';
import { Choices } from '../choices.js';
import { invalidField } from '../errors.js';
import { encodeContent, encodeTypeRef, type Content } from '../new-event.js';
import { requireText, requireTexts } from '../require-text.js';
import type { HttpCallMethod } from './target.js';

/** A call over HTTP; its content is the body. */
export interface HttpCallRequest extends Content {
  /** http or https, without user name and password. */
  readonly url: string;
  /** POST when not given. */
  readonly method?: HttpCallMethod;
  /** By name, or as pairs where the order matters. */
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
}

/** An event that is appended, once, with the generation of the timed event as its id. */
export interface ScheduledAppendRequest extends Content {
  readonly stream: string;
  /** A name, or a code. */
  readonly type: string | number;
  /** A media type; not given: as the content is. */
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** What the stream must be like at the due time; `any` when not given. */
  readonly expected?: Expected;
}

/** What happens at the due time: one of the two. */
export interface TargetRequest {
  readonly http?: HttpCallRequest | undefined;
  readonly append?: ScheduledAppendRequest | undefined;
}

type EncodedTarget = Pick<ScheduleRequest, 'target' | 'payload'>;

const METHODS = new Choices<HttpCallMethod>({
  POST: HttpMethod.HTTP_METHOD_POST,
  GET: HttpMethod.HTTP_METHOD_GET,
  PUT: HttpMethod.HTTP_METHOD_PUT,
  DELETE: HttpMethod.HTTP_METHOD_DELETE,
  PATCH: HttpMethod.HTTP_METHOD_PATCH,
});

/** For the wire. Throws InvalidRequestError naming the field. */
export function encodeTarget({ http, append }: TargetRequest): EncodedTarget {
  if (http !== undefined && append === undefined) return encodeHttp(http);
  if (append !== undefined && http === undefined) return encodeAppend(append);
  throw invalidField('target', 'is not one of http and append');
}

function encodeHttp(http: HttpCallRequest): EncodedTarget {
  const { url, method = 'POST', headers = {} } = http;
  requireText(url, 'http.url');
  const pairs = isPairs(headers) ? headers : Object.entries(headers);
  for (const [name, value] of pairs) requireTexts({ [name]: value }, 'http.headers');
  const payload = encodeContent(http, 'http');
  const value = {
    url,
    method: METHODS.encode(method, 'http.method'),
    headers: pairs.map(([name, text]) => ({ name, value: text })),
  };
  return { target: { $case: 'http', value }, ...(payload === undefined ? {} : { payload }) };
}

function isPairs(
  headers: NonNullable<HttpCallRequest['headers']>,
): headers is readonly (readonly [string, string])[] {
  return Array.isArray(headers);
}

function encodeAppend(append: ScheduledAppendRequest): EncodedTarget {
  const { stream, type, contentType = '', metadata = {}, expected = 'any' } = append;
  requireText(stream, 'append.stream');
  requireText(contentType, 'append.contentType');
  requireTexts(metadata, 'append.metadata');
  const payload = encodeContent(append, 'append');
  const value = {
    stream,
    typeRef: encodeTypeRef(type, 'append.type'),
    contentType,
    metadata: { ...metadata },
    ...encodeExpected(expected),
  };
  return { target: { $case: 'append', value }, ...(payload === undefined ? {} : { payload }) };
}
