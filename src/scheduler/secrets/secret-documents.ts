import { z } from 'zod';
import { AppError } from '../../core/index.js';
import type { Sealer } from '../../runtime/index.js';
import type { Credentials } from './secrets.js';

/** All keys of an application stand in one document: two that add a key at once see each other. */
export const keysId = (application: string): string => `keys\n${application}`;

export const credentialId = (application: string, destination: string): string =>
  `credential\n${application}\n${destination}`;

/** A secret that was copied to another application, key or destination does not open there. */
export const keyContext = (application: string, { keyId, kind }: KeyName): string =>
  `key\n${application}\n${keyId}\n${kind}`;

type KeyName = Pick<StoredKey, 'keyId' | 'kind'>;

const keyFields = { keyId: z.string(), createdMs: z.number(), sealed: z.string() };

const storedKey = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hmac-sha256'), ...keyFields }),
  z.object({ kind: z.literal('ed25519'), publicKey: z.string(), ...keyFields }),
]);

const keysDocument = z.object({ keys: z.array(storedKey) });

const credentialDocument = z.object({
  kind: z.enum(['basic', 'bearer', 'mtls']),
  setMs: z.number(),
  sealed: z.string(),
});

const openedCredentials = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('basic'), user: z.string(), password: z.string() }),
  z.object({ kind: z.literal('bearer'), token: z.string() }),
  z.object({
    kind: z.literal('mtls'),
    certificate: z.string(),
    privateKey: z.string(),
    ca: z.string().optional(),
  }),
]);

export type StoredKey = z.output<typeof storedKey>;
export type StoredCredentials = z.output<typeof credentialDocument>;

/** The keys of an application by id; none without a document. Throws INTERNAL. */
export function keysIn(content: string | undefined): readonly StoredKey[] {
  return content === undefined ? [] : parsed(keysDocument, content).keys;
}

/** Undefined without any keys: then there is no document. */
export function keysContent(keys: readonly StoredKey[]): string | undefined {
  const byId = keys.toSorted((left, right) => (left.keyId < right.keyId ? -1 : 1));
  return keys.length === 0 ? undefined : JSON.stringify({ keys: byId });
}

/** Throws INTERNAL. */
export function credentialsIn(content: string): StoredCredentials {
  return parsed(credentialDocument, content);
}

/** The content of the document with that id. */
export function credentialContent(
  id: string,
  { credentials, setMs }: { readonly credentials: Credentials; readonly setMs: number },
  sealer: Sealer,
): string {
  const plain = new TextEncoder().encode(JSON.stringify(credentials));
  const stored: StoredCredentials = {
    kind: credentials.kind,
    setMs,
    sealed: sealer.seal(plain, id),
  };
  return JSON.stringify(stored);
}

/** What was sealed in the document with that id. Throws what the sealer throws, and INTERNAL. */
export function openCredentials(id: string, sealed: string, sealer: Sealer): Credentials {
  const text = new TextDecoder().decode(sealer.open(sealed, id));
  const credentials = parsed(openedCredentials, text);
  return credentials.kind === 'mtls' ? { ...credentials, ca: credentials.ca } : credentials;
}

/** Without a cause: it would show what stands there. */
function parsed<T>(schema: z.ZodType<T>, text: string): T {
  const result = schema.safeParse(valueOf(text));
  if (result.success) return result.data;
  throw new AppError('INTERNAL', 'a stored secret has an unknown form');
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
