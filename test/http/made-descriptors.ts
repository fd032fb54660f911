import {
  create,
  createFileRegistry,
  fromBinary,
  fromJson,
  toBinary,
  type FileRegistry,
  type JsonObject,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { openDescriptors } from '../../src/transport/http/index.js';

const KNOWN = openDescriptors();

/** A field of a message; a text unless `more` says otherwise. */
export function field(name: string, number: number, more: JsonObject = {}): JsonObject {
  const jsonName = name.replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
  return { ...{ name, jsonName, number, label: 'LABEL_OPTIONAL', type: 'TYPE_STRING' }, ...more };
}

export const message = (typeName: string): JsonObject => ({ type: 'TYPE_MESSAGE', typeName });

/** A proto file of package `t` that nobody knows, with the messages and one service. */
export function madeDescriptors(
  service: string,
  messages: readonly JsonObject[],
  methods: readonly JsonObject[],
): FileRegistry {
  const json: JsonObject = {
    ...{ name: 't.proto', package: 't', syntax: 'proto3' },
    dependency: ['google/api/annotations.proto'],
    messageType: [...messages],
    service: [{ name: service, method: [...methods] }],
  };
  const made = fromJson(FileDescriptorProtoSchema, json, { registry: KNOWN });
  const file = [...[...KNOWN.files].map(({ proto }) => proto), made];
  // written and read, so that the options are as they come from a file
  const bytes = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file }));
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes));
}
