import type { NewEvent } from '../../src/client/index.js';
import { jsonMembers } from '../../src/core/index.js';
import { CliError } from './cli-error.js';
import { isObject, jsonObject, type Line } from './lines.js';

const FIELDS = [
  ...['type', 'typeCode', 'data', 'json', 'base64'],
  ...['eventId', 'metadata', 'contentType'],
];

function refuse(line: Line, problem: string): never {
  throw new CliError('misused', `line ${line.number}: ${problem}`);
}

function textField(
  line: Line,
  object: Readonly<Record<string, unknown>>,
  field: string,
): string | undefined {
  const value = object[field];
  if (value === undefined || typeof value === 'string') return value;
  return refuse(line, `${field} must be a text`);
}

function typeOf(line: Line, object: Readonly<Record<string, unknown>>): string | number {
  const { type, typeCode } = object;
  if (typeof type === 'string' && typeCode === undefined) return type;
  if (type === undefined && typeof typeCode === 'number') return typeCode;
  return refuse(line, 'give type, a name, or typeCode, a number');
}

function metadataOf(line: Line, value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return refuse(line, 'metadata must be an object of texts');
  const entries = Object.entries(value).map(([key, text]) => {
    if (typeof text !== 'string') return refuse(line, `metadata ${key} must be a text`);
    return [key, text] as const;
  });
  return Object.fromEntries(entries);
}

/** A member as it is written, so that no digit of a number is lost. */
function sourceOf({ text, number }: Line, value: unknown, name: string): string | undefined {
  try {
    return jsonMembers({ text, value }).get(name);
  } catch (error) {
    throw new CliError('misused', `line ${number}: ${error instanceof Error ? error.message : ''}`);
  }
}

/** Bytes of a base64 text; undefined when it is none. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '')
    ? bytes
    : undefined;
}

function contentOf(
  line: Line,
  object: Readonly<Record<string, unknown>>,
): Pick<NewEvent, 'json' | 'bytes'> {
  const json = textField(line, object, 'json');
  const base64 = textField(line, object, 'base64');
  const data = object['data'] === undefined ? undefined : sourceOf(line, object, 'data');
  const given = [data, json, base64].filter((value) => value !== undefined);
  if (given.length > 1) return refuse(line, 'give only one of data, json and base64');
  const text = json ?? data;
  if (text !== undefined) return { json: text };
  if (base64 === undefined) return {};
  return { bytes: fromBase64(base64) ?? refuse(line, 'base64 is not base64') };
}

/**
 * An event to append from a line: `{"type": "…", "data": …}`, also `typeCode`, `json` (a text that
 * is kept as it is), `base64`, `eventId`, `metadata`, `contentType`. Throws CliError that names the
 * line.
 */
export function newEventOf(line: Line): NewEvent {
  const object = jsonObject(line);
  const unknown = Object.keys(object).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) refuse(line, `there is no field ${unknown}`);
  const contentType = textField(line, object, 'contentType');
  const eventId = textField(line, object, 'eventId');
  const metadata = object['metadata'];
  return {
    type: typeOf(line, object),
    ...contentOf(line, object),
    ...(contentType === undefined ? {} : { contentType }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(metadata === undefined ? {} : { metadata: metadataOf(line, metadata) }),
  };
}
