import { createHmac, sign, type KeyObject } from 'node:crypto';
import { ed25519PrivateKey } from '../runtime/index.js';
import type { CallSecrets } from '../scheduler/index.js';
import type { Header } from './request-headers.js';

/** What is signed. */
export interface SignedMessage {
  /** Of the event; without a full stop. */
  readonly id: string;
  /** Of this attempt. */
  readonly nowMs: number;
  /** As it is sent. */
  readonly body: Uint8Array;
}

/** By seed: reading one takes ten times as long as signing. */
const privateKeys = new WeakMap<Uint8Array, KeyObject>();

/** The headers of Standard Webhooks 1.0, signed with all keys; none without a key. */
export function signatureHeaders(
  { hmacKeys, ed25519Seeds }: Pick<CallSecrets, 'hmacKeys' | 'ed25519Seeds'>,
  { id, nowMs, body }: SignedMessage,
): readonly Header[] {
  if (hmacKeys.length + ed25519Seeds.length === 0) return [];
  const timestamp = String(Math.floor(nowMs / 1_000));
  const head = Buffer.from(`${id}.${timestamp}.`);
  const hmacs = hmacKeys.map((key) => {
    const hash = createHmac('sha256', key).update(head).update(body);
    return `v1,${hash.digest('base64')}`;
  });
  const signatures = ed25519Seeds.map((seed) => {
    const signature = sign(null, Buffer.concat([head, body]), privateKeyOf(seed));
    return `v1a,${signature.toString('base64')}`;
  });
  return [
    ['webhook-id', id],
    ['webhook-timestamp', timestamp],
    ['webhook-signature', [...hmacs, ...signatures].join(' ')],
  ];
}

function privateKeyOf(seed: Uint8Array): KeyObject {
  const known = privateKeys.get(seed);
  if (known !== undefined) return known;
  const key = ed25519PrivateKey(seed);
  privateKeys.set(seed, key);
  return key;
}
