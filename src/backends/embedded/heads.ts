import type { Tables } from './schema.js';

/** What is kept of a stream as a whole. */
export interface Head {
  /** Of the last event; 0 = no stream. */
  readonly version: number;
  readonly name: string | undefined;
}

const NO_STREAM: Head = { version: 0, name: undefined };

export function readHead(tables: Tables, stream: Buffer): Head {
  const stored = tables.heads.getBinaryFast(stream);
  return stored === undefined ? NO_STREAM : decodeHead(stored);
}

export function decodeHead(stored: Buffer): Head {
  return {
    version: stored.readUInt32BE(0),
    name: stored.length === 4 ? undefined : stored.toString('utf8', 4),
  };
}

export function encodeHead({ version, name }: Head): Buffer {
  const stored = Buffer.allocUnsafe(4 + (name === undefined ? 0 : Buffer.byteLength(name)));
  stored.writeUInt32BE(version, 0);
  if (name !== undefined) stored.write(name, 4);
  return stored;
}
