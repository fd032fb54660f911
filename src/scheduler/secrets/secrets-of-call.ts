import { AppError } from '../../core/index.js';
import type { Sealer } from '../../runtime/index.js';
import type { SharedDocuments } from '../tenants/policies.js';
import {
  credentialId,
  credentialsIn,
  keyContext,
  keysId,
  keysIn,
  openCredentials,
} from './secret-documents.js';
import type { CallSecrets, SecretsOfCall } from './secrets.js';

type Keyring = Pick<CallSecrets, 'hmacKeys' | 'ed25519Seeds'>;
type Identity = Pick<CallSecrets, 'credentials' | 'credentialsVersion'>;

const NO_KEYS: Keyring = { hmacKeys: [], ed25519Seeds: [] };
const NO_IDENTITY: Identity = { credentials: undefined, credentialsVersion: '' };

/** Opens what calls need, and keeps it in memory until it changes. */
export function secretsOfCall(shared: SharedDocuments, sealer: Sealer | undefined): SecretsOfCall {
  const keyrings = new OpenedDocuments(shared, (id, content) => {
    const application = id.slice(keysId('').length);
    return keyringOf(application, content, requireSealer(sealer));
  });
  const identities = new OpenedDocuments(shared, (id, content): Identity => {
    const { sealed } = credentialsIn(content);
    // sealed anew whenever it is set
    const credentialsVersion = sealed;
    return { credentials: openCredentials(id, sealed, requireSealer(sealer)), credentialsVersion };
  });
  return (application, destination) => ({
    ...(keyrings.get(keysId(application)) ?? NO_KEYS),
    ...(identities.get(credentialId(application, destination)) ?? NO_IDENTITY),
  });
}

function requireSealer(sealer: Sealer | undefined): Sealer {
  if (sealer !== undefined) return sealer;
  throw new AppError('SECRETS_DISABLED', 'a secret cannot be opened without SECRETS_KEY');
}

function keyringOf(application: string, content: string, sealer: Sealer): Keyring {
  const keys = keysIn(content).map((stored) => ({
    kind: stored.kind,
    bytes: sealer.open(stored.sealed, keyContext(application, stored)),
  }));
  const bytesOf = (kind: 'hmac-sha256' | 'ed25519'): readonly Uint8Array[] =>
    keys.filter((key) => key.kind === kind).map(({ bytes }) => bytes);
  return { hmacKeys: bytesOf('hmac-sha256'), ed25519Seeds: bytesOf('ed25519') };
}

/** What documents hold, opened once for each of their contents. */
class OpenedDocuments<Opened> {
  readonly #shared: SharedDocuments;
  readonly #open: (id: string, content: string) => Opened;
  readonly #known = new Map<string, { readonly content: string; readonly opened: Opened }>();
  #version: number;

  constructor(shared: SharedDocuments, open: (id: string, content: string) => Opened) {
    this.#shared = shared;
    this.#open = open;
    this.#version = shared.version;
  }

  /** Throws what `open` throws, as an AppError. */
  get(id: string): Opened | undefined {
    this.#forgetChanged();
    const known = this.#known.get(id);
    if (known !== undefined) return known.opened;
    const content = this.#shared.get(id);
    if (content === undefined) return undefined;
    const opened = this.#opened(id, content);
    this.#known.set(id, { content, opened });
    return opened;
  }

  #opened(id: string, content: string): Opened {
    try {
      return this.#open(id, content);
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('INTERNAL', 'a secret cannot be opened with SECRETS_KEY', {}, error);
    }
  }

  /** A secret that was removed does not stay in memory. */
  #forgetChanged(): void {
    if (this.#version === this.#shared.version) return;
    this.#version = this.#shared.version;
    for (const [id, { content }] of this.#known) {
      if (this.#shared.get(id) !== content) this.#known.delete(id);
    }
  }
}
