import { createLocalJWKSet, type JSONWebKeySet, type LocalJWKSet } from 'jose';
import { z } from 'zod';

/** Public keys with which signatures are checked. */
export type KeySet = LocalJWKSet;

const PUBLIC_KINDS = ['RSA', 'EC', 'OKP'];
const PRIVATE_PARTS = ['d', 'p', 'q', 'k', 'priv'];

const SET = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(1_000) });

/**
 * The keys of a JSON Web Key Set (RFC 7517). Those that are no public keys are left out: whoever
 * can read a shared secret could sign with it. Throws an Error that shows nothing of them.
 */
export function parseKeySet(text: string): KeySet {
  const parsed = SET.safeParse(jsonOf(text));
  if (!parsed.success) throw new Error('it is not a JSON Web Key Set');
  const keys = parsed.data.keys.filter(
    (key) => PUBLIC_KINDS.includes(key.kty) && !PRIVATE_PARTS.some((part) => part in key),
  );
  if (keys.length === 0) throw new Error('it holds no public key');
  return createLocalJWKSet({ keys } satisfies JSONWebKeySet);
}

function jsonOf(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    return undefined;
  }
}
