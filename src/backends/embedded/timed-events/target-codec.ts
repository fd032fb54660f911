import {
  HTTP_METHODS,
  parseTypeCode,
  TASKS,
  type AppendTarget,
  type ExpectedVersion,
  type HttpTarget,
  type Target,
  type TaskTarget,
} from '../../../core/index.js';
import { damaged } from '../errors.js';
import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';

/** Their places are what is stored: add at the end only. */
const EXPECTED: readonly ExpectedVersion['kind'][] = ['any', 'no-stream', 'stream-exists', 'exact'];
const CONTENTS: readonly AppendTarget['content'][] = ['json', 'bytes'];

/** What stands before a value that may be of two kinds, or missing. */
const NO = 0;
const YES = 1;

/** Does not say of which kind it is. */
export function writeTarget(writer: ByteWriter, target: Target): void {
  switch (target.kind) {
    case 'http':
      return writeHttpTarget(writer, target);
    case 'append':
      return writeAppendTarget(writer, target);
    case 'task':
      // their places in it are what is stored
      writer.uint8(TASKS.indexOf(target.task));
  }
}

function writeHttpTarget(writer: ByteWriter, { url, method, headers }: HttpTarget): void {
  writer.text(url).uint8(HTTP_METHODS.indexOf(method)).number(headers.length);
  for (const { name, value } of headers) writer.text(name).text(value);
}

export function readHttpTarget(reader: ByteReader): HttpTarget {
  const url = reader.text();
  const method = HTTP_METHODS[reader.uint8()];
  if (method === undefined) throw damaged('a method is out of range');
  const count = reader.number();
  const headers: { name: string; value: string }[] = [];
  while (headers.length < count) headers.push({ name: reader.text(), value: reader.text() });
  return { kind: 'http', url, method, headers };
}

function writeAppendTarget(writer: ByteWriter, target: AppendTarget): void {
  const { stream, type, content, contentType, metadata, expected } = target;
  writer.text(stream);
  if (typeof type === 'string') writer.uint8(YES).text(type);
  else writer.uint8(NO).number(type);
  writer.uint8(CONTENTS.indexOf(content));
  writeOptional(writer, contentType);
  writeOptional(writer, metadata);
  writer.uint8(EXPECTED.indexOf(expected.kind));
  if (expected.kind === 'exact') writer.number(expected.version);
}

export function readAppendTarget(reader: ByteReader): AppendTarget {
  return {
    kind: 'append',
    stream: reader.text(),
    type: readType(reader),
    content: readContent(reader),
    contentType: readOptional(reader),
    metadata: readOptional(reader),
    expected: readExpected(reader),
  };
}

export function readTaskTarget(reader: ByteReader): TaskTarget {
  const task = TASKS[reader.uint8()];
  if (task === undefined) throw damaged('a task is out of range');
  return { kind: 'task', task };
}

function readType(reader: ByteReader): AppendTarget['type'] {
  if (reader.uint8() === YES) return reader.text();
  const code = parseTypeCode(reader.number());
  if (code === undefined) throw damaged('a type is out of range');
  return code;
}

function readContent(reader: ByteReader): AppendTarget['content'] {
  const content = CONTENTS[reader.uint8()];
  if (content === undefined) throw damaged('a kind of content is out of range');
  return content;
}

function readExpected(reader: ByteReader): ExpectedVersion {
  const kind = EXPECTED[reader.uint8()];
  if (kind === undefined) throw damaged('an expected version is out of range');
  return kind === 'exact' ? { kind, version: reader.number() } : { kind };
}

function writeOptional(writer: ByteWriter, text: string | undefined): void {
  if (text === undefined) writer.uint8(NO);
  else writer.uint8(YES).text(text);
}

function readOptional(reader: ByteReader): string | undefined {
  return reader.uint8() === NO ? undefined : reader.text();
}
