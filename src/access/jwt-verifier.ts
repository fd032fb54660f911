import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { AppError } from '../core/index.js';
import type { Clock } from '../runtime/index.js';
import { Unauthenticated } from './authenticator.js';
import { rolesAmong, type Caller } from './caller.js';
import type { KeySet } from './key-set.js';
import type { KeySource } from './key-source.js';

export interface JwtRules {
  readonly issuer: string;
  readonly audience: string;
  /** Of signatures; nothing else is accepted, whatever a token says of itself. */
  readonly algorithms: readonly string[];
}

/** What a token that was checked says. */
export interface JwtCaller {
  readonly caller: Caller;
  readonly expiresMs: number;
}

/** Clocks of issuers differ from ours. */
const TOLERANCE_S = 30;
/** So a call does not cost a signature check each time. */
const CHECKED_MAX = 10_000;

/** A list, or words with blanks between them, as `scope` has them. */
const WORDS = z.union([
  z.array(z.string().min(1).max(512)).max(1_000),
  z.string().transform((text) => text.split(' ').filter((word) => word !== '')),
]);

const CLAIMS = z.object({
  sub: z.string().regex(/^[^\p{Cc}]{1,256}$/u),
  exp: z.number(),
  cassadra_roles: WORDS.default([]),
  cassadra_stream_prefixes: WORDS.optional(),
  cassadra_applications: WORDS.optional(),
});

/** Checks JSON Web Tokens (RFC 7519) and remembers those that are good until they expire. */
export class JwtVerifier {
  readonly #rules: JwtRules;
  readonly #source: KeySource;
  readonly #clock: Clock;
  readonly #checked = new Map<string, JwtCaller>();
  #keys: KeySet | undefined;

  constructor(rules: JwtRules, source: KeySource, clock: Clock) {
    this.#rules = rules;
    this.#source = source;
    this.#clock = clock;
  }

  /** `hash`: of the token. Throws UNAUTHENTICATED's cause; NOT_READY while there are no keys. */
  async verify(token: string, hash: string): Promise<JwtCaller> {
    const keys = this.#currentKeys();
    const known = this.#checked.get(hash);
    if (known !== undefined) {
      if (this.#clock.nowMs() < known.expiresMs) return known;
      this.#checked.delete(hash);
      throw new Unauthenticated('the token has expired');
    }
    const caller = await this.#check(token, keys);
    // keys may have changed meanwhile: then it counts for this call only
    if (keys === this.#keys) this.#remember(hash, caller);
    return caller;
  }

  #currentKeys(): KeySet {
    const keys = this.#source.current();
    if (keys === undefined)
      throw new AppError('NOT_READY', 'the keys for tokens are not known yet');
    if (keys !== this.#keys) this.#checked.clear();
    this.#keys = keys;
    return keys;
  }

  async #check(token: string, keys: KeySet): Promise<JwtCaller> {
    try {
      return await this.#checkBy(token, keys);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw refusalOf(error);
    }
    await this.#source.refresh();
    try {
      return await this.#checkBy(token, this.#currentKeys());
    } catch (error) {
      throw refusalOf(error);
    }
  }

  async #checkBy(token: string, keys: KeySet): Promise<JwtCaller> {
    const { issuer, audience, algorithms } = this.#rules;
    const { payload } = await jwtVerify(token, keys, {
      ...{ issuer, audience, algorithms: [...algorithms] },
      requiredClaims: ['sub', 'exp'],
      clockTolerance: TOLERANCE_S,
      currentDate: new Date(this.#clock.nowMs()),
    });
    return callerOf(payload);
  }

  #remember(hash: string, caller: JwtCaller): void {
    const [oldest] = this.#checked.keys();
    if (oldest !== undefined && this.#checked.size >= CHECKED_MAX) this.#checked.delete(oldest);
    this.#checked.set(hash, caller);
  }
}

function callerOf(payload: unknown): JwtCaller {
  const parsed = CLAIMS.safeParse(payload);
  if (!parsed.success) {
    const claims = parsed.error.issues.map(({ path }) => String(path[0]));
    throw new Unauthenticated(`the token has a claim of a wrong form: ${claims.join(', ')}`);
  }
  const claims = parsed.data;
  return {
    caller: {
      name: claims.sub,
      roles: rolesAmong(claims.cassadra_roles),
      streamPrefixes: claims.cassadra_stream_prefixes,
      applications: claims.cassadra_applications,
    },
    expiresMs: (claims.exp + TOLERANCE_S) * 1_000,
  };
}

/** By the codes of jose; its messages may hold what the token says. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['ERR_JWT_EXPIRED', 'the token has expired'],
  ['ERR_JWT_CLAIM_VALIDATION_FAILED', 'a claim of the token is wrong'],
  ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'the signature of the token is wrong'],
  ['ERR_JWKS_NO_MATCHING_KEY', 'the token is signed with a key that is not known'],
  ['ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'the token does not say with which key it is signed'],
  ['ERR_JOSE_ALG_NOT_ALLOWED', 'the token is signed by an algorithm that is not allowed'],
]);

function refusalOf(error: unknown): Error {
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new Unauthenticated(`a claim of the token is wrong: ${error.claim}`);
  }
  if (error instanceof errors.JOSEError) {
    return new Unauthenticated(
      REASONS.get(error.code) ?? 'the token is no JWT that can be checked',
    );
  }
  if (error instanceof AppError || error instanceof Unauthenticated) return error;
  // of WebCrypto, for keys that fit no signature
  return new Unauthenticated('the token cannot be checked');
}
