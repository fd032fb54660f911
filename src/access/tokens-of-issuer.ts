import { JwtVerifier, type JwtRules } from './jwt-verifier.js';
import { keysOfFile, KeysOfUrl, type KeySource, type KeysOfUrlParts } from './key-source.js';

export interface JwtSettings extends JwtRules {
  /** Where the keys of the issuer stand. */
  readonly keys:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'url'; readonly url: string };
}

/** JWTs, and the keys that they are checked with; those are not known before their start. */
export interface TokensOfIssuer {
  readonly keys: KeySource;
  readonly verifier: JwtVerifier;
}

export function openTokensOfIssuer(settings: JwtSettings, parts: KeysOfUrlParts): TokensOfIssuer {
  const keys = keysOf(settings, parts);
  return { keys, verifier: new JwtVerifier(settings, keys, parts.clock) };
}

function keysOf({ keys }: JwtSettings, parts: KeysOfUrlParts): KeySource {
  switch (keys.kind) {
    case 'file':
      return keysOfFile(keys.path, parts.logger);
    case 'url':
      return new KeysOfUrl(keys.url, parts);
  }
}
