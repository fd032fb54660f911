import { CliError } from '../cli-error.js';
import type { EventJson } from '../event-json.js';
import { isObject, jsonObject, type Line } from '../lines.js';

/** Raise it when an older import would misread what is written. */
export const EXPORT_FORMAT = 1;

/** Which streams. */
export type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'prefix'; readonly prefix: string }
  | { readonly kind: 'streams'; readonly streams: readonly string[] };

/** A line of an export: the header first, then events, the end line last of all. */
export type ExportLine =
  | { readonly kind: 'header'; readonly selection: Selection }
  | { readonly kind: 'event'; readonly event: EventJson }
  | { readonly kind: 'end' };

export function headerLine(selection: Selection, startedMs: number): string {
  return JSON.stringify({ cassadraExport: EXPORT_FORMAT, startedMs, selection });
}

export const END_LINE = JSON.stringify({ cassadraExportEnd: true });

function broken(line: Line, problem: string): CliError {
  return new CliError('misused', `line ${line.number} of the export: ${problem}`);
}

function selectionOf(line: Line, value: unknown): Selection {
  if (isObject(value)) {
    const { kind, prefix, streams } = value;
    if (kind === 'all') return { kind };
    if (kind === 'prefix' && typeof prefix === 'string') return { kind, prefix };
    if (kind === 'streams' && Array.isArray(streams)) return { kind, streams: streams.map(String) };
  }
  throw broken(line, 'the selection is not one that this program knows');
}

type Fields = Readonly<Record<string, unknown>>;

function textOf(line: Line, object: Fields, field: string): string {
  const value = object[field];
  if (typeof value !== 'string') throw broken(line, `${field} must be a text`);
  return value;
}

function optionalText(line: Line, object: Fields, field: string): string | undefined {
  return object[field] === undefined ? undefined : textOf(line, object, field);
}

function wholeOf(line: Line, object: Fields, field: string): number {
  const value = object[field];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw broken(line, `${field} must be a whole number`);
}

function metadataOf(line: Line, value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) throw broken(line, 'metadata must be an object');
  return Object.fromEntries(Object.keys(value).map((key) => [key, textOf(line, value, key)]));
}

function eventOf(line: Line, object: Fields): EventJson {
  const eventId = optionalText(line, object, 'eventId');
  const type = optionalText(line, object, 'type');
  const json = optionalText(line, object, 'json');
  const data = optionalText(line, object, 'data');
  if ((json === undefined) === (data === undefined)) {
    throw broken(line, 'there must be one of json and data');
  }
  return {
    stream: textOf(line, object, 'stream'),
    streamId: textOf(line, object, 'streamId'),
    version: wholeOf(line, object, 'version'),
    ...(eventId === undefined ? {} : { eventId }),
    ...(type === undefined ? {} : { type }),
    typeCode: wholeOf(line, object, 'typeCode'),
    savetimeMs: wholeOf(line, object, 'savetimeMs'),
    contentType: textOf(line, object, 'contentType'),
    metadata: metadataOf(line, object['metadata']),
    ...(json === undefined ? {} : { json }),
    ...(data === undefined ? {} : { data }),
  };
}

/** Reads a line strictly. Throws CliError naming it. */
export function parseExportLine(line: Line): ExportLine {
  const object = jsonObject(line);
  const format = object['cassadraExport'];
  if (format !== undefined) {
    if (format !== EXPORT_FORMAT) {
      throw broken(line, `format ${JSON.stringify(format)}; this program reads ${EXPORT_FORMAT}`);
    }
    return { kind: 'header', selection: selectionOf(line, object['selection']) };
  }
  if (object['cassadraExportEnd'] === true) return { kind: 'end' };
  return { kind: 'event', event: eventOf(line, object) };
}
