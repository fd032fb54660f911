import {
  AppError,
  invalidField,
  requireMethod,
  requireName,
  requireUrl,
  requireWellFormed,
  type HttpHeader,
  type TimedEventKey,
} from '../../core/index.js';
import type { ScheduleCommand } from '../../scheduler/index.js';
import type { CassataFields, GivenField } from './cassata-fields.js';

/** Below it `expiry` is in seconds, */
const SECONDS_BELOW = 1e11;
/** from here on in ms; what lies between could be either. */
const MS_FROM = 1e12;

const DEFAULT_CONTENT_TYPE: HttpHeader = { name: 'Content-Type', value: 'application/json' };

const OUTER_BLANKS = /^[ \t]+|[ \t]+$/g;

export interface KeyParams {
  readonly app: string;
  readonly event: string;
}

/** The key in a path; undefined when nothing can have it. */
export function decodeKey({ app, event }: KeyParams): TimedEventKey | undefined {
  try {
    requireName('application', app);
    requireName('event', event);
    return { application: app, eventId: event };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Throws INVALID_ARGUMENT that names the field as the caller spelled it. */
export function decodeAdd(fields: CassataFields): ScheduleCommand {
  const eventId = textOf(fields.require('eventId'));
  const application = textOf(fields.require('application'));
  const payload = payloadOf(fields.require('payload'));
  const dueMs = dueMsOf(fields.require('expiry'));
  const url = fields.require('url');
  const method = fields.find('method');
  return {
    key: { application, eventId },
    dueMs,
    payload,
    target: {
      kind: 'http',
      url: requireUrl(url.name, textOf(url)),
      method: isGiven(method) ? requireMethod(method.name, textOf(method).toUpperCase()) : 'POST',
      headers: headersOf(fields.find('headers')),
    },
    retry: undefined,
    timeoutMs: undefined,
    retentionMs: undefined,
    onExists: 'reject',
  };
}

/** Serializers write null for what was not set. */
function isGiven(field: GivenField | undefined): field is GivenField {
  return field !== undefined && field.source !== 'null';
}

function valueOf({ source }: GivenField): unknown {
  const value: unknown = JSON.parse(source);
  return value;
}

function textOf(field: GivenField): string {
  const value = valueOf(field);
  if (typeof value !== 'string') throw invalidField(field.name, 'must be a string');
  return value;
}

/** The text of a JSON string; any other value with exactly the bytes that it had in the body. */
function payloadOf(field: GivenField): Uint8Array {
  const value = field.source.startsWith('"') ? textOf(field) : field.source;
  requireWellFormed(field.name, value);
  return Buffer.from(value);
}

function dueMsOf(field: GivenField): number {
  const value = valueOf(field);
  if (typeof value !== 'number') {
    throw invalidField(field.name, 'must be a number: UNIX time in seconds or milliseconds');
  }
  if (!Number.isInteger(value)) throw invalidField(field.name, 'must be a whole number');
  if (value < 0) throw invalidField(field.name, 'must not be negative');
  if (value < SECONDS_BELOW) return Math.abs(value) * 1_000;
  if (value >= MS_FROM) return value;
  const rule = `below ${SECONDS_BELOW} it is seconds, from ${MS_FROM} on milliseconds`;
  throw invalidField(field.name, `is ambiguous: ${rule}`);
}

function headersOf(field: GivenField | undefined): HttpHeader[] {
  if (!isGiven(field)) return [DEFAULT_CONTENT_TYPE];
  const value = valueOf(field);
  if (!Array.isArray(value)) throw invalidField(field.name, 'must be an array of "Name: value"');
  const items: readonly unknown[] = value;
  const headers = items.map((item, index) => headerOf(`${field.name}[${index}]`, item));
  const typed = headers.some(({ name }) => name.toLowerCase() === 'content-type');
  return typed ? headers : [...headers, DEFAULT_CONTENT_TYPE];
}

function headerOf(field: string, item: unknown): HttpHeader {
  const colon = typeof item === 'string' ? item.indexOf(':') : -1;
  if (typeof item !== 'string' || colon < 1) {
    throw invalidField(field, 'must be a string "Name: value"');
  }
  return { name: item.slice(0, colon), value: item.slice(colon + 1).replaceAll(OUTER_BLANKS, '') };
}
