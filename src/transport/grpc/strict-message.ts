import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { AppError } from '../../core/index.js';

/** Fields that hold messages, by number, with the fields of those. */
export interface NestedFields {
  readonly [field: number]: NestedFields;
}

export interface MessageReader<Message> {
  decode(input: BinaryReader): Message;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class InvalidUtf8 extends Error {}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new InvalidUtf8();
  }
}

/** The generated decoder stops quietly at a stray tag and lets a message overrun its length. */
function requireWellFormed(reader: BinaryReader, end: number, nested: NestedFields): void {
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    const inner = nested[field];
    if (inner !== undefined && wireType === WireType.LengthDelimited) {
      const length = reader.uint32();
      if (reader.pos + length > end) throw new RangeError('premature end');
      requireWellFormed(reader, reader.pos + length, inner);
    } else {
      reader.skip(wireType, field);
    }
  }
  if (reader.pos !== end) throw new RangeError('premature end');
}

/**
 * Reads all of `bytes` as a message; unknown fields are ignored. Throws INVALID_ARGUMENT, also for
 * invalid UTF-8.
 */
export function decodeStrictly<Message>(
  codec: MessageReader<Message>,
  nested: NestedFields,
  bytes: Uint8Array,
): Message {
  try {
    requireWellFormed(new BinaryReader(bytes), bytes.length, nested);
    return codec.decode(new BinaryReader(bytes, decodeUtf8));
  } catch (error) {
    const text = error instanceof InvalidUtf8;
    const problem = text ? 'a string field is not valid UTF-8' : 'the bytes are not a message';
    throw new AppError('INVALID_ARGUMENT', problem);
  }
}
