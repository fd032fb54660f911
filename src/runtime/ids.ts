import { hash, randomFillSync } from 'node:crypto';
import { parse, v7 } from 'uuid';

/** Makes ids. Texts are canonical UUIDs in lower case. */
export interface Ids {
  /** A new id that sorts by time (version 7). */
  newId(): string;
  /** The same id for the same name in a namespace (version 5). */
  nameId(name: string, namespace: string): string;
}

const ID_BYTES = 16;
/** Random bytes are taken for so many ids at once: a call for each costs more than the id. */
const POOLED_IDS = 256;

function timeIds(): Ids['newId'] {
  const pool = Buffer.alloc(POOLED_IDS * ID_BYTES);
  let used = pool.length;
  let msecs = 0;
  let seq = 0;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const random = pool.subarray(used, used + ID_BYTES);
    used += ID_BYTES;
    const nowMs = Date.now();
    if (nowMs > msecs) {
      msecs = nowMs;
      // 31 bits: room to count up within the millisecond
      seq = random.readUInt32BE(6) >>> 1;
    } else {
      seq += 1;
    }
    return v7({ random, msecs, seq });
  };
}

/** Namespaces are constants of the program: a few. */
const SPACES = new Map<string, Uint8Array>();

/** RFC 9562, 5.5: one hash of namespace and name. */
function nameId(name: string, namespace: string): string {
  const space = SPACES.get(namespace) ?? parse(namespace);
  SPACES.set(namespace, space);
  const hex = hash('sha1', Buffer.concat([space, Buffer.from(name)]), 'hex');
  const variant = (Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8;
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`];
  return [...parts, variant.toString(16) + hex.slice(17, 20), hex.slice(20, 32)].join('-');
}

export const systemIds: Ids = { newId: timeIds(), nameId };
