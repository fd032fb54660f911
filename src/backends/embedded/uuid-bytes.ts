import { requireUuid, type Uuid } from '../../core/index.js';

export const UUID_BYTES = 16;

/** Writes the 16 bytes of a UUID at `offset`. */
export function writeUuid(uuid: Uuid, target: Buffer, offset: number): void {
  target.write(uuid.replaceAll('-', ''), offset, UUID_BYTES, 'hex');
}

/** The 16 bytes of a UUID. */
export function uuidBytes(uuid: Uuid): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** The UUID that stands at `offset`. */
export function readUuid(source: Buffer, offset: number): Uuid {
  const hex = source.toString('hex', offset, offset + UUID_BYTES);
  const head = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}`;
  return requireUuid(`${head}-${hex.slice(16, 20)}-${hex.slice(20)}`);
}
