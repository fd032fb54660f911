import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { AppError } from '../../core/index.js';

/** Fields that hold messages, by number, with the fields of those. */
export interface NestedFields {
  readonly [field: number]: NestedFields;
}

export interface MessageReader<Message> {
  decode(input: BinaryReader): Message;
}

/** In a request, at any depth: the largest of use has about 6,700 messages */
const INNER_MESSAGES_MAX = 10_000;
/** and 22,000 fields, unknown ones included. */
const FIELDS_MAX = 100_000;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class InvalidUtf8 extends Error {}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new InvalidUtf8();
  }
}

interface Counts {
  messages: number;
  fields: number;
}

/**
 * The generated decoder stops quietly at a stray tag and lets a message overrun its length. Counts
 * what there is before it is built.
 */
function requireWellFormed(
  reader: BinaryReader,
  end: number,
  nested: NestedFields,
  counts: Counts,
): void {
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    counts.fields += 1;
    if (counts.fields > FIELDS_MAX) throw tooMany('fields', FIELDS_MAX);
    const inner = nested[field];
    if (inner !== undefined && wireType === WireType.LengthDelimited) {
      const length = reader.uint32();
      if (reader.pos + length > end) throw new RangeError('premature end');
      counts.messages += 1;
      if (counts.messages > INNER_MESSAGES_MAX) throw tooMany('messages', INNER_MESSAGES_MAX);
      requireWellFormed(reader, reader.pos + length, inner, counts);
    } else {
      reader.skip(wireType, field);
    }
  }
  if (reader.pos !== end) throw new RangeError('premature end');
}

function tooMany(what: string, limit: number): AppError {
  const problem = `request has more ${what} inside than the limit of ${limit}`;
  return new AppError('LIMIT_EXCEEDED', problem, { field: 'request', limit: String(limit) });
}

/**
 * Reads all of `bytes` as a message; unknown fields are ignored. Throws INVALID_ARGUMENT, also for
 * invalid UTF-8, and LIMIT_EXCEEDED (field `request`) for too much inside.
 */
export function decodeStrictly<Message>(
  codec: MessageReader<Message>,
  nested: NestedFields,
  bytes: Uint8Array,
): Message {
  try {
    const counts = { messages: 0, fields: 0 };
    requireWellFormed(new BinaryReader(bytes), bytes.length, nested, counts);
    return codec.decode(new BinaryReader(bytes, decodeUtf8));
  } catch (error) {
    if (error instanceof AppError) throw error;
    const text = error instanceof InvalidUtf8;
    const problem = text ? 'a string field is not valid UTF-8' : 'the bytes are not a message';
    throw new AppError('INVALID_ARGUMENT', problem);
  }
}
