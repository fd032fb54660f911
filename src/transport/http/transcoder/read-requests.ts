import { toBinary, type DescMethod, type Message } from '@bufbuild/protobuf';
import { AppError, invalidField, requireJsonShape } from '../../../core/index.js';
import type { Binding } from './bindings.js';
import { PARTS_MAX, readRequest, type HttpInput } from './read-request.js';
import { setCursor } from './known-fields.js';
import { JSON_LINES } from './stream-format.js';

const NEW_LINE = 0x0a;
const NOT_BLANK = /[^ \t\r]/;

export interface StreamInput extends HttpInput {
  /** As it was sent. */
  readonly contentType: string | undefined;
  /** Where a reader that has lost its connection goes on. */
  readonly lastEventId: string | undefined;
}

/**
 * The messages of a request, in bytes: one, or for a method that takes many and a body of lines,
 * one for each line that is not blank. Throws INVALID_ARGUMENT that names what is wrong, and the
 * line where there are lines: before any is used.
 */
export function readRequests(binding: Binding, input: StreamInput): readonly Uint8Array[] {
  const { method } = binding;
  if (method.methodKind !== 'bidi_streaming') {
    const message = readRequest(binding, input);
    const { lastEventId = '' } = input;
    if (lastEventId !== '') setCursor(method.input, message, lastEventId);
    return [bytesOf(method, message)];
  }
  if (!(input.body instanceof Uint8Array) || input.body.byteLength === 0) {
    throw invalidField('body', 'must be JSON, and is empty');
  }
  if (!hasLines(input)) return [bytesOf(method, readRequest(binding, input))];
  const body = Buffer.from(input.body.buffer, input.body.byteOffset, input.body.byteLength);
  // all of them together; a line that is no JSON, which would mislead this, is refused below
  requireJsonShape('body', body.toString('latin1'), PARTS_MAX);
  return linesOf(body).flatMap((line, index) => {
    if (!NOT_BLANK.test(line.toString('latin1'))) return [];
    return [bytesOf(method, readLine(binding, { ...input, body: line }, index + 1))];
  });
}

function bytesOf({ input }: DescMethod, message: Message): Uint8Array {
  return toBinary(input, message);
}

function hasLines({ contentType = '' }: StreamInput): boolean {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() === JSON_LINES;
}

function linesOf(body: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < body.length; ) {
    const found = body.indexOf(NEW_LINE, start);
    const end = found === -1 ? body.length : found;
    lines.push(body.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

function readLine(binding: Binding, input: HttpInput, line: number): Message {
  try {
    return readRequest(binding, input);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, details } = error;
    throw new AppError(code, `line ${line}: ${message}`, { ...details, line: `${line}` }, error);
  }
}
