import {
  AppError,
  destinationOf,
  requireName,
  requireUrl,
  requireWithin,
} from '../../core/index.js';
import type { Components, Keys, Sealer } from '../../runtime/index.js';
import type { SharedDocuments } from '../tenants/policies.js';
import { requireCredentials } from './require-credentials.js';
import {
  credentialContent,
  credentialId,
  keyContext,
  keysContent,
  keysId,
  keysIn,
  type StoredKey,
} from './secret-documents.js';
import type {
  CreatedSigningKey,
  Credentials,
  Secrets,
  SigningKey,
  SigningKeyKind,
} from './secrets.js';
import {
  hmacSecretText,
  newSigningSecret,
  publicKeyText,
  requireSigningSecret,
  sameBytes,
} from './signing-secret.js';

export interface SecretsParts {
  readonly shared: SharedDocuments;
  /** Undefined: no secret can be stored. */
  readonly sealer: Sealer | undefined;
  readonly keys: Keys;
  readonly components: Pick<Components, 'clock'>;
}

export function createSecrets(parts: SecretsParts): Secrets {
  return new SharedSecrets(parts);
}

const KEY_ID_BYTES_MAX = 100;
/** Of each kind: the old and the new one. */
const KEYS_MAX = 2;

/** A key that is asked for. `given` is what the caller has brought. */
interface WantedKey {
  readonly stored: StoredKey;
  readonly given: Uint8Array | undefined;
}

class SharedSecrets implements Secrets {
  readonly #parts: SecretsParts;

  constructor(parts: SecretsParts) {
    this.#parts = parts;
  }

  async createKey(
    application: string,
    key: { readonly keyId: string; readonly kind: SigningKeyKind; readonly secret?: string },
    signal: AbortSignal,
  ): Promise<CreatedSigningKey> {
    requireName('application', application);
    requireName('key_id', key.keyId);
    requireWithin('key_id', Buffer.byteLength(key.keyId), KEY_ID_BYTES_MAX, 'bytes');
    const { kind, secret } = key;
    const { keys, shared } = this.#parts;
    const sealer = this.#sealer();
    const given = secret === undefined ? undefined : requireSigningSecret(kind, secret, keys);
    const bytes = given ?? newSigningSecret(kind, keys);
    // sealed once: a doubtful write is known again by it
    const wanted = { stored: this.#sealedKey(application, key, bytes), given };
    const content = await shared.change(
      keysId(application),
      (current) => withKey(current, wanted, (stored) => openKey(application, stored, sealer)),
      signal,
    );
    const stored = keysIn(content).find(({ keyId }) => keyId === key.keyId) ?? wanted.stored;
    const shown = given === undefined && kind === 'hmac-sha256';
    return { key: shownKey(stored), ...(shown ? { secret: hmacSecretText(bytes) } : {}) };
  }

  async listKeys(application: string): Promise<readonly SigningKey[]> {
    requireName('application', application);
    const { shared } = this.#parts;
    if (!shared.fresh) throw new AppError('UNAVAILABLE', 'the keys cannot be read now');
    return keysIn(shared.get(keysId(application))).map(shownKey);
  }

  async removeKey(application: string, keyId: string, signal: AbortSignal): Promise<void> {
    requireName('application', application);
    requireName('key_id', keyId);
    let found = false;
    const without = (current: string | undefined): string | undefined => {
      const keys = keysIn(current);
      const rest = keys.filter((key) => key.keyId !== keyId);
      // asked again after a write that was in doubt, it may be gone by our own doing
      found ||= rest.length < keys.length;
      if (!found) throw new AppError('NOT_FOUND', 'the application has no signing key of this id');
      return keysContent(rest);
    };
    await this.#parts.shared.change(keysId(application), without, signal);
  }

  async setCredentials(
    application: string,
    url: string,
    credentials: Credentials,
    signal: AbortSignal,
  ): Promise<void> {
    const id = credentialIdOf(application, url);
    const sealer = this.#sealer();
    requireCredentials(credentials, requireUrl('url', url), this.#parts.keys);
    const setMs = this.#parts.components.clock.nowMs();
    const content = credentialContent(id, { credentials, setMs }, sealer);
    await this.#parts.shared.change(id, () => content, signal);
  }

  async removeCredentials(application: string, url: string, signal: AbortSignal): Promise<void> {
    let found = false;
    const nothing = (current: string | undefined): undefined => {
      found ||= current !== undefined;
      if (!found) throw new AppError('NOT_FOUND', 'the destination has no credentials');
    };
    await this.#parts.shared.change(credentialIdOf(application, url), nothing, signal);
  }

  #sealer(): Sealer {
    if (this.#parts.sealer !== undefined) return this.#parts.sealer;
    throw new AppError('SECRETS_DISABLED', 'this server has no SECRETS_KEY to encrypt with');
  }

  #sealedKey(
    application: string,
    key: { readonly keyId: string; readonly kind: SigningKeyKind },
    bytes: Uint8Array,
  ): StoredKey {
    const { keyId, kind } = key;
    const createdMs = this.#parts.components.clock.nowMs();
    const sealed = this.#sealer().seal(bytes, keyContext(application, key));
    if (kind === 'hmac-sha256') return { keyId, kind, createdMs, sealed };
    const publicKey = publicKeyText(bytes, this.#parts.keys);
    return { keyId, kind, createdMs, publicKey, sealed };
  }
}

/** The document with the key. Throws KEY_EXISTS and LIMIT_EXCEEDED. */
function withKey(
  current: string | undefined,
  wanted: WantedKey,
  open: (stored: StoredKey) => Uint8Array | undefined,
): string | undefined {
  const { keyId, kind } = wanted.stored;
  const keys = keysIn(current);
  const same = keys.find((key) => key.keyId === keyId);
  if (same === undefined) {
    if (keys.filter((key) => key.kind === kind).length >= KEYS_MAX) throw tooManyKeys();
    return keysContent([...keys, wanted.stored]);
  }
  if (!repeats(wanted, same, open)) {
    throw new AppError('KEY_EXISTS', 'the application has another signing key of this id');
  }
  return current;
}

function tooManyKeys(): AppError {
  const message = `an application has at most ${KEYS_MAX} signing keys of each kind: delete one`;
  return new AppError('LIMIT_EXCEEDED', message, { field: 'key_id', limit: String(KEYS_MAX) });
}

/** Whether the key that is there is the one that is wanted. */
function repeats(
  { stored, given }: WantedKey,
  there: StoredKey,
  open: (stored: StoredKey) => Uint8Array | undefined,
): boolean {
  if (there.sealed === stored.sealed) return true;
  if (there.kind !== stored.kind) return false;
  // made here, and nothing of it has to be shown
  if (given === undefined) return there.kind === 'ed25519';
  const opened = open(there);
  return opened !== undefined && sameBytes(opened, given);
}

/** Undefined when it cannot be opened: then nobody knows whether it is the same. */
function openKey(application: string, stored: StoredKey, sealer: Sealer): Uint8Array | undefined {
  try {
    return sealer.open(stored.sealed, keyContext(application, stored));
  } catch {
    return undefined;
  }
}

function shownKey(stored: StoredKey): SigningKey {
  const { keyId, kind, createdMs } = stored;
  if (kind === 'hmac-sha256') return { keyId, kind, createdMs };
  return { keyId, kind, createdMs, publicKey: stored.publicKey };
}

function credentialIdOf(application: string, url: string): string {
  requireName('application', application);
  const href = requireUrl('url', url);
  const destination = destinationOf({ kind: 'http', url: href, method: 'POST', headers: [] });
  return credentialId(application, destination);
}
