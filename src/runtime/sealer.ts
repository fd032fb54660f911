import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Encrypts small secrets, so that whoever reads the storage learns nothing. */
export interface Sealer {
  /** A text that only this sealer's keys open, and only in the same context. */
  seal(plain: Uint8Array, context: string): string;
  /** Throws SealError. */
  open(sealed: string, context: string): Uint8Array;
}

/** Says which key is missing, or that the text was changed or moved; never what is inside. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/** Of a key. */
export const SEALING_KEY_BYTES = 32;

const CIPHER = 'aes-256-gcm';
const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_DIGITS = 16;

interface SealingKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** The first key seals, all open. Undefined without any. Throws TypeError for a wrong length. */
export function createSealer(keys: readonly Uint8Array[]): Sealer | undefined {
  const known = keys.map(sealingKey);
  const [first] = known;
  if (first === undefined) return undefined;
  return {
    seal: (plain, context) => sealBy(first, plain, context),
    open(sealed, context) {
      const [version, id, body, ...rest] = sealed.split('.');
      if (version !== VERSION || body === undefined || rest.length > 0) {
        throw new SealError('what is sealed has an unknown form');
      }
      const key = known.find((one) => one.id === id);
      if (key === undefined) throw new SealError('sealed with a key that is not at hand');
      return openBy(key, Buffer.from(body, 'base64url'), context);
    },
  };
}

/** The id is stored beside what is sealed: a hash of its own, which tells nothing of the key. */
function sealingKey(bytes: Uint8Array): SealingKey {
  if (bytes.byteLength !== SEALING_KEY_BYTES) {
    throw new TypeError(`a sealing key must have ${SEALING_KEY_BYTES} bytes`);
  }
  const hash = createHash('sha256').update('cassadra sealing key\n').update(bytes).digest('hex');
  return { id: hash.slice(0, KEY_ID_DIGITS), bytes };
}

function sealBy({ id, bytes }: SealingKey, plain: Uint8Array, context: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, bytes, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context));
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  const body = Buffer.concat([nonce, cipher.getAuthTag(), encrypted]);
  return [VERSION, id, body.toString('base64url')].join('.');
}

function openBy({ bytes }: SealingKey, body: Buffer, context: string): Uint8Array {
  try {
    const nonce = body.subarray(0, NONCE_BYTES);
    const cipher = createDecipheriv(CIPHER, bytes, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context));
    cipher.setAuthTag(body.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([cipher.update(body.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]);
  } catch {
    throw new SealError('what is sealed was changed, or belongs elsewhere');
  }
}
