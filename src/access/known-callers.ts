import type { AccessEntry } from './access-file.js';
import type { ClientCertificate } from './authenticator.js';
import { rolesAmong, type Caller } from './caller.js';

/** A caller of the file. */
export interface KnownCaller {
  readonly caller: Caller;
  /** From then on it is nobody. */
  readonly expiresMs: number;
}

/** The callers of a file, by what they show. */
export class KnownCallers {
  /**
   * By hash: how long a look-up takes depends on hashes only, and nobody can choose a token so that
   * its hash comes near to one in the file. So time tells nothing about tokens.
   */
  readonly #byToken = new Map<string, KnownCaller>();
  readonly #byCertificate = new Map<string, KnownCaller>();
  readonly #bySubject = new Map<string, KnownCaller>();

  constructor(entries: readonly AccessEntry[]) {
    for (const entry of entries) {
      const known = knownCaller(entry);
      for (const hash of entry.token_sha256 ?? []) this.#byToken.set(hash, known);
      if (entry.certificate !== undefined) this.#byCertificate.set(entry.certificate, known);
      if (entry.jwt_subject !== undefined) this.#bySubject.set(entry.jwt_subject, known);
    }
  }

  ofToken(hash: string): KnownCaller | undefined {
    return this.#byToken.get(hash);
  }

  ofSubject(subject: string): KnownCaller | undefined {
    return this.#bySubject.get(subject);
  }

  /** The first name that the file has: those that were proven to be of a place go first. */
  ofCertificate({ commonName, alternativeNames }: ClientCertificate): KnownCaller | undefined {
    const names = [...alternativeNames, ...(commonName === '' ? [] : [`CN:${commonName}`])];
    return names.flatMap((name) => this.#byCertificate.get(name) ?? []).at(0);
  }
}

function knownCaller(entry: AccessEntry): KnownCaller {
  return {
    caller: {
      name: entry.name,
      roles: rolesAmong(entry.roles),
      streamPrefixes: entry.stream_prefixes,
      applications: entry.applications,
    },
    expiresMs: entry.expires ?? Infinity,
  };
}
