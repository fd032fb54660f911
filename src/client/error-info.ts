import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** What the store says of an error, for programs: the code of its catalogue and facts. */
export interface ErrorInfo {
  readonly reason: string;
  readonly details: Readonly<Record<string, string>>;
}

const TYPE_URL = 'type.googleapis.com/google.rpc.ErrorInfo';

/** The fields of a message that have a length, by number. */
function fieldsOf(bytes: Uint8Array): Map<number, Uint8Array[]> {
  const fields = new Map<number, Uint8Array[]>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (wireType === WireType.LengthDelimited)
      fields.set(field, [...(fields.get(field) ?? []), reader.bytes()]);
    else reader.skip(wireType, field);
  }
  return fields;
}

function textOf(fields: Map<number, Uint8Array[]>, field: number): string {
  return Buffer.from(fields.get(field)?.[0] ?? []).toString();
}

/** Reads `grpc-status-details-bin`; undefined when it holds no ErrorInfo. */
export function decodeErrorInfo(bytes: Uint8Array): ErrorInfo | undefined {
  try {
    for (const any of fieldsOf(bytes).get(3) ?? []) {
      const fields = fieldsOf(any);
      const value = fields.get(2)?.[0];
      if (textOf(fields, 1) !== TYPE_URL || value === undefined) continue;
      const info = fieldsOf(value);
      const pairs = (info.get(3) ?? []).map((pair) => {
        const entry = fieldsOf(pair);
        return [textOf(entry, 1), textOf(entry, 2)] as const;
      });
      return { reason: textOf(info, 1), details: Object.fromEntries(pairs) };
    }
  } catch {
    // details of somebody else: the status itself is enough
  }
  return undefined;
}
