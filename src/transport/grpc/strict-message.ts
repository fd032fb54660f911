import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { AppError } from '../../core/index.js';

/** Fields that hold messages, by number, with the fields of those. */
export interface NestedFields {
  readonly [field: number]: NestedFields;
}

export interface MessageReader<Message> {
  decode(input: BinaryReader): Message;
}

/** Stands for the fields of a map's entries, whose key is the text of field 1. */
export const MAP_ENTRY: NestedFields = {};

/** Generated code loses this key of a map without a word. */
const LOST_KEY = Buffer.from('__proto__');

/** In a request, at any depth: 1,000 events with 40 metadata each have 41,000 messages */
const INNER_MESSAGES_MAX = 50_000;
/** and 125,000 fields. Unknown ones count, too. */
const FIELDS_MAX = 200_000;

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
    } else if (nested === MAP_ENTRY && field === 1 && wireType === WireType.LengthDelimited) {
      if (LOST_KEY.equals(reader.bytes())) throw lostKey();
    } else {
      reader.skip(wireType, field);
    }
  }
  if (reader.pos !== end) throw new RangeError('premature end');
}

function lostKey(): AppError {
  const problem = 'a map has the key __proto__, which cannot be kept';
  return new AppError('INVALID_ARGUMENT', problem);
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
    const reader = new BinaryReader(bytes, decodeUtf8);
    requireWellFormed(reader, bytes.length, nested, counts);
    reader.pos = 0;
    return codec.decode(reader);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const text = error instanceof InvalidUtf8;
    const problem = text ? 'a string field is not valid UTF-8' : 'the bytes are not a message';
    throw new AppError('INVALID_ARGUMENT', problem);
  }
}
