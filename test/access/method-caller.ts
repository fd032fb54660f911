import {
  fromBinary,
  fromJson,
  toBinary,
  toJson,
  type DescMessage,
  type DescMethod,
  type JsonObject,
  type JsonValue,
} from '@bufbuild/protobuf';
import { SILENT_AUDIT, type Caller } from '../../src/access/index.js';
import { AppError } from '../../src/core/index.js';
import { DESCRIPTORS, type SecuredStore } from './secured-store.js';

/** Every method of `proto/`, in the order of its files. */
export function allMethods(): readonly DescMethod[] {
  return [...DESCRIPTORS].flatMap((type) => {
    if (type.kind !== 'service') return [];
    const own = /^(cassadra|storegrpc)\./.test(type.typeName);
    return own ? type.methods : [];
  });
}

/** What a call of a caller comes to: `OK`, or the code of what refuses it first. */
export async function outcomeOf(
  { grpc }: SecuredStore,
  caller: Caller,
  method: DescMethod,
  request: JsonValue = {},
): Promise<string> {
  const path = `/${method.parent.typeName}/${method.name}`;
  const bytes = toBinary(method.input, fromJson(method.input, request));
  const ended = new AbortController();
  const call = { caller, audit: SILENT_AUDIT, trace: undefined, signal: ended.signal };
  try {
    if (method.methodKind === 'unary') {
      return codeIn(method.output, await grpc.invoke(path, bytes, call));
    }
    for await (const answer of grpc.invokeStream(path, one(bytes), call)) {
      return codeIn(method.output, answer);
    }
    return 'OK';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  } finally {
    ended.abort(new AppError('CANCELLED', 'the test has its answer'));
  }
}

async function* one(request: Uint8Array): AsyncGenerator<Uint8Array> {
  yield request;
}

/** Of the first result of a batch, where the answer is one. */
function codeIn(desc: DescMessage, answer: Uint8Array): string {
  const json = toJson(desc, fromBinary(desc, answer));
  return /"code":"([A-Z_]+)"/.exec(JSON.stringify(json))?.[1] ?? 'OK';
}

/** A field of a request, by the JSON names that lead to it. */
export type FieldPath = readonly string[];

/** Where a request names something, however deep. */
export function fieldsNamed(
  desc: DescMessage,
  name: string,
  seen: readonly string[] = [],
): FieldPath[] {
  if (seen.includes(desc.typeName)) return [];
  return desc.fields.flatMap((field): FieldPath[] => {
    const list = field.fieldKind === 'list';
    const here = list ? [field.jsonName, '0'] : [field.jsonName];
    const { message } = field;
    if (message !== undefined) {
      const deeper = fieldsNamed(message, name, [...seen, desc.typeName]);
      return deeper.map((path) => [...here, ...path]);
    }
    return field.name === name ? [here] : [];
  });
}

/** The smallest request that says these things; `0` in a path: the only one of a list. */
export function requestWith(values: ReadonlyMap<FieldPath, string>): JsonObject {
  const request: JsonObject = {};
  for (const [path, value] of values) put(request, path, value);
  return request;
}

function put(target: JsonObject, [first = '', ...rest]: FieldPath, value: string): void {
  if (rest.length === 0) {
    target[first] = value;
  } else if (rest[0] === '0') {
    const list = target[first];
    const item = Array.isArray(list) ? (list[0] as JsonObject) : {};
    if (rest.length === 1) target[first] = [value];
    else put(item, rest.slice(1), value);
    if (rest.length > 1) target[first] = [item];
  } else {
    const inner = (target[first] ?? {}) as JsonObject;
    put(inner, rest, value);
    target[first] = inner;
  }
}
