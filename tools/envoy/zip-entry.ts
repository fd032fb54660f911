import { inflateRawSync } from 'node:zlib';

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/** What the directory of a zip file says of a file in it. */
interface Entry {
  readonly method: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly localOffset: number;
}

/** The content of a file in a zip archive below 4 GiB. Throws when there is none of that name. */
export function zipEntry(archive: Buffer, name: string): Buffer {
  const entry = findEntry(archive, name);
  // the local header has name and extra field of its own lengths
  const nameBytes = archive.readUInt16LE(entry.localOffset + 26);
  const extraBytes = archive.readUInt16LE(entry.localOffset + 28);
  const start = entry.localOffset + LOCAL_BYTES + nameBytes + extraBytes;
  const compressed = archive.subarray(start, start + entry.compressedBytes);
  const content = contentOf(compressed, entry, name);
  if (content.length !== entry.bytes) throw new Error(`${name} is cut short in the zip file`);
  return content;
}

function contentOf(compressed: Buffer, { method, bytes }: Entry, name: string): Buffer {
  if (method === STORED) return compressed;
  // one more than it says, so that a lie is noticed and cannot fill the memory
  if (method === DEFLATED) return inflateRawSync(compressed, { maxOutputLength: bytes + 1 });
  throw new Error(`${name} is compressed in a way that is not known (${method})`);
}

function findEntry(archive: Buffer, name: string): Entry {
  const end = endOfDirectory(archive);
  const count = archive.readUInt16LE(end + 10);
  let offset = archive.readUInt32LE(end + 16);
  for (let i = 0; i < count; i += 1) {
    if (archive.readUInt32LE(offset) !== ENTRY_SIGNATURE)
      throw new Error('the zip file is damaged');
    const nameEnd = offset + ENTRY_BYTES + archive.readUInt16LE(offset + 28);
    if (archive.toString('utf8', offset + ENTRY_BYTES, nameEnd) === name) {
      return {
        method: archive.readUInt16LE(offset + 10),
        compressedBytes: archive.readUInt32LE(offset + 20),
        bytes: archive.readUInt32LE(offset + 24),
        localOffset: archive.readUInt32LE(offset + 42),
      };
    }
    offset = nameEnd + archive.readUInt16LE(offset + 30) + archive.readUInt16LE(offset + 32);
  }
  throw new Error(`the zip file has no ${name}`);
}

function endOfDirectory(archive: Buffer): number {
  const first = Math.max(0, archive.length - END_BYTES - COMMENT_BYTES_MAX);
  for (let offset = archive.length - END_BYTES; offset >= first; offset -= 1) {
    if (archive.readUInt32LE(offset) === END_SIGNATURE) return offset;
  }
  throw new Error('this is no zip file');
}
