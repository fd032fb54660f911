/** HTTP/2 as bytes, so that a test can send what no client sends (RFC 9113, section 6). */

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

const TYPES = { data: 0, headers: 1, rstStream: 3, settings: 4, ping: 6, continuation: 9 } as const;
export const END_STREAM = 1;
export const END_HEADERS = 4;
const CANCEL = 8;

export interface Frame {
  readonly type: keyof typeof TYPES;
  readonly flags?: number;
  readonly stream?: number;
  readonly payload?: Uint8Array;
  /** What the frame says of its length, where that is not true. */
  readonly length?: number;
}

export function frame({ type, flags = 0, stream = 0, payload, length }: Frame): Buffer {
  const bytes = payload ?? Buffer.alloc(0);
  const head = Buffer.alloc(9);
  head.writeUIntBE(length ?? bytes.byteLength, 0, 3);
  head[3] = TYPES[type];
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, bytes]);
}

/** A header that is neither indexed nor compressed; texts below 127 bytes. */
export function header(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
}

/** The headers of a gRPC call. */
export function callHeaders(path: string, more: Readonly<Record<string, string>> = {}): Buffer {
  const fields = {
    ':method': 'POST',
    ':scheme': 'http',
    ':path': path,
    ':authority': 'localhost',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...more,
  };
  return Buffer.concat(Object.entries(fields).map(([name, value]) => header(name, value)));
}

export function openStream(stream: number, headers: Uint8Array): Buffer {
  return frame({ type: 'headers', flags: END_HEADERS, stream, payload: headers });
}

export function resetStream(stream: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(CANCEL);
  return frame({ type: 'rstStream', stream, payload });
}

/** A connection's beginning. */
export function beginning(): Buffer {
  return Buffer.concat([PREFACE, frame({ type: 'settings' })]);
}

/** The head of a gRPC message. */
export function messageHead(bytes: number, compressed = false): Buffer {
  const head = Buffer.alloc(5);
  head[0] = compressed ? 1 : 0;
  head.writeUInt32BE(bytes, 1);
  return head;
}
