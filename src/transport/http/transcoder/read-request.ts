import {
  create,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  type Message,
} from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { invalidField, shownName } from '../../../core/index.js';
import { readJson } from '../json-text.js';
import { fieldAt, type Binding } from './bindings.js';
import { fieldValue, isTextual } from './field-value.js';
import { mergeJson } from './json-message.js';
import { repeatedName, type JsonPath } from './repeated-name.js';
import { fieldOf, mapKey } from './require-fields.js';

/** Commas and opening brackets in a body; the largest of use here has about a quarter. */
export const PARTS_MAX = 100_000;

export interface HttpInput {
  /** Values of the path by the names of their fields. */
  readonly path: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  /** Bytes, or undefined when there is none. */
  readonly body: unknown;
}

/** The request's message. Throws INVALID_ARGUMENT that names what is wrong. */
export function readRequest(binding: Binding, { path, query, body }: HttpInput): Message {
  const { input } = binding.method;
  const message = readBody(binding, body);
  const inPath = pathMessage(input, path);
  for (const name of path.keys()) requireSame(name, input, message, inPath.message);
  mergeJson(input, message, inPath.json);
  mergeJson(input, message, queryJson(binding, path, query));
  return message;
}

function readBody({ method, body: place }: Binding, body: unknown): Message {
  const { input } = method;
  const empty = !(body instanceof Uint8Array) || body.byteLength === 0;
  if (empty) return create(input);
  if (place === undefined) throw invalidField('body', 'must be empty');
  const { text, value } = readJson(body, PARTS_MAX);
  const outer = place === '*' ? [] : [place.name];
  const json = place === '*' ? value : { [place.name]: value };
  if (!isObject(json)) throw invalidField('body', 'must be a JSON object');
  const twice = repeatedName(text);
  if (twice !== undefined) {
    throw invalidField(fieldName(input, [...outer, ...twice]), 'stands twice in the body');
  }
  const message = create(input);
  mergeJson(input, message, json);
  return message;
}

function isObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** As in the proto file where it is known there. */
function fieldName(input: DescMessage, path: JsonPath): string {
  let name = '';
  let desc: DescMessage | undefined = input;
  let field: DescField | undefined;
  for (const step of path) {
    if (typeof step === 'number') {
      name += `[${step}]`;
      continue;
    }
    if (field?.fieldKind === 'map') {
      name += mapKey(step);
      field = undefined;
      continue;
    }
    field = desc && fieldOf(desc, step);
    name += `${name === '' ? '' : '.'}${field?.name ?? shownName(step)}`;
    desc = field?.message;
  }
  return name;
}

function pathMessage(
  input: DescMessage,
  path: HttpInput['path'],
): { readonly json: JsonObject; readonly message: Message } {
  const json: JsonObject = {};
  for (const [name, text] of path) {
    const fields = fieldAt(input, name) ?? [];
    const field = fields.at(-1);
    if (field !== undefined) setAt(json, fields, fieldValue(name, field, [text]));
  }
  const message = create(input);
  mergeJson(input, message, json);
  return { json, message };
}

/** A body may repeat what the path says, but not contradict it. */
function requireSame(name: string, input: DescMessage, body: Message, path: Message): void {
  const fields = fieldAt(input, name) ?? [];
  const said = valueAt(input, body, fields);
  if (said === undefined || said === valueAt(input, path, fields)) return;
  throw invalidField(name, 'is not the same in the body as in the path');
}

/** Of a scalar or an enum; undefined when it is not set. */
function valueAt(input: DescMessage, message: Message, fields: readonly DescField[]): unknown {
  let current = reflect(input, message);
  for (const field of fields) {
    if (!current.isSet(field)) return undefined;
    if (field.fieldKind !== 'message') return current.get(field);
    current = current.get(field);
  }
  return undefined;
}

function queryJson(
  { method, body }: Binding,
  path: HttpInput['path'],
  query: URLSearchParams,
): JsonObject {
  const json: JsonObject = {};
  for (const name of new Set(query.keys())) {
    const fields = fieldAt(method.input, name) ?? [];
    const field = fields.at(-1);
    const bound = fields.map((one) => one.name).join('.');
    if (field === undefined || body === '*' || !isTextual(field) || fields[0] === body) {
      throw invalidField(name, 'is not a field that the query can set');
    }
    if (path.has(bound)) throw invalidField(bound, 'stands in the path');
    setAt(json, fields, fieldValue(bound, field, query.getAll(name)));
  }
  return json;
}

function setAt(json: JsonObject, fields: readonly DescField[], value: JsonValue): void {
  const [first, ...rest] = fields;
  if (first === undefined) return;
  // by one of its two names, so that a field set by both is refused
  if (rest.length === 0) {
    if (first.name in json) throw invalidField(first.name, 'must stand once');
    json[first.name] = value;
    return;
  }
  const inner = json[first.name] ?? {};
  if (typeof inner !== 'object' || Array.isArray(inner) || inner === null) return;
  json[first.name] = inner;
  setAt(inner, rest, value);
}
