import { BinaryWriter } from '@bufbuild/protobuf/wire';

/** The code that is generated for a message. */
export interface MessageWriter<Message> {
  encode(message: Message, writer: BinaryWriter): BinaryWriter;
}

/** Keeps its room, of some MiB at most: each new one would begin small and grow by copying. */
const writer = new BinaryWriter();

/** The bytes of a response, which are the caller's to keep. */
export function encodeResponse<Message>(
  codec: MessageWriter<Message>,
  message: Message,
): Uint8Array {
  try {
    return codec.encode(message, writer).finish();
  } catch (error) {
    writer.finish(); // or the next response would begin with what is left
    throw error;
  }
}
