import { AppError } from '../core/index.js';
import type { Components, Part } from '../runtime/index.js';
import { parseAccessFile } from './access-file.js';
import { Unauthenticated, type Authenticator, type Credentials } from './authenticator.js';
import { bearerToken, tokenHash } from './bearer-token.js';
import type { Caller } from './caller.js';
import type { JwtSettings, TokensOfIssuer } from './tokens-of-issuer.js';
import { KnownCallers, type KnownCaller } from './known-callers.js';
import { WatchedCalls } from './watched-calls.js';
import { WatchedText } from './watched-text.js';

/** How often files are looked at, and open calls checked. */
const LOOK_MS = 3_000;

export interface AccessSettings {
  /** Names callers by hashes of their tokens, by certificates, by subjects of JWTs. */
  readonly file: string | undefined;
  readonly jwt: JwtSettings | undefined;
}

/** What of the outside world it needs. */
export type AccessComponents = Pick<Components, 'clock' | 'timers' | 'logger'>;

/** Undefined where nobody is asked who he is. Its start throws SettingsError naming the file. */
export function openAuthenticator(
  settings: AccessSettings,
  components: AccessComponents,
): (Authenticator & Part) | undefined {
  if (settings.file === undefined && settings.jwt === undefined) return undefined;
  return new FileAndJwtAuthenticator(settings, components);
}

class FileAndJwtAuthenticator implements Authenticator, Part {
  readonly name = 'access';
  readonly #components: AccessComponents;
  readonly #file: WatchedText | undefined;
  readonly #jwtSettings: JwtSettings | undefined;
  #jwt: TokensOfIssuer | undefined;
  readonly #open = new WatchedCalls();
  readonly #stopping = new AbortController();
  #known = new KnownCallers([]);

  constructor({ file, jwt }: AccessSettings, components: AccessComponents) {
    this.#components = components;
    if (file !== undefined) {
      this.#file = new WatchedText(file, (text) => {
        this.#known = new KnownCallers(parseAccessFile(text));
      });
    }
    this.#jwtSettings = jwt;
  }

  async start(): Promise<void> {
    await this.#file?.load();
    if (this.#jwtSettings !== undefined) {
      // its library takes time and memory that nobody pays who has no issuer
      const { openTokensOfIssuer } = await import('./tokens-of-issuer.js');
      this.#jwt = openTokensOfIssuer(this.#jwtSettings, this.#components);
      await this.#jwt.keys.start();
    }
    void this.#lookAgainAndAgain();
  }

  stop(): void {
    this.#stopping.abort();
  }

  async authenticate(credentials: Credentials): Promise<Caller> {
    try {
      return await this.#callerOf(credentials);
    } catch (error) {
      if (!(error instanceof Unauthenticated)) throw error;
      throw new AppError('UNAUTHENTICATED', toldOf(credentials), {}, error);
    }
  }

  watch(credentials: Credentials, caller: Caller, over: AbortSignal): AbortSignal {
    return this.#open.add(credentials, caller, over);
  }

  /** A token that is sent counts, whatever certificate is shown beside it. */
  async #callerOf({ authorization, certificate }: Credentials): Promise<Caller> {
    if (authorization !== undefined) return this.#callerOfHeader(authorization);
    if (certificate === undefined) throw new Unauthenticated('the call brings no token');
    const known = this.#known.ofCertificate(certificate);
    if (known === undefined) throw new Unauthenticated('the client certificate is not known');
    return this.#unexpired(known);
  }

  async #callerOfHeader(authorization: string): Promise<Caller> {
    const token = bearerToken(authorization);
    if (token === undefined) throw new Unauthenticated('authorization is no bearer token');
    const hash = tokenHash(token);
    const known = this.#known.ofToken(hash);
    if (known !== undefined) return this.#unexpired(known);
    if (this.#jwt === undefined || token.split('.').length !== 3) {
      throw new Unauthenticated('the token is not known');
    }
    const { caller } = await this.#jwt.verifier.verify(token, hash);
    const named = this.#known.ofSubject(caller.name);
    return named === undefined ? caller : this.#unexpired(named);
  }

  #unexpired({ caller, expiresMs }: KnownCaller): Caller {
    if (this.#components.clock.nowMs() < expiresMs) return caller;
    throw new Unauthenticated('the caller has expired');
  }

  async #lookAgainAndAgain(): Promise<void> {
    const { timers, logger } = this.#components;
    const { signal } = this.#stopping;
    for (;;) {
      await timers.sleep(LOOK_MS, signal);
      if (signal.aborted) return;
      await Promise.all([this.#file?.lookAgain(logger), this.#jwt?.keys.tick()]);
      await this.#open.check((credentials) => this.authenticate(credentials));
    }
  }
}

/** The caller is not told what was wrong: whoever guesses would learn from it. */
function toldOf({ authorization, certificate }: Credentials): string {
  const none = authorization === undefined && certificate === undefined;
  return none
    ? 'a bearer token is required'
    : 'the token or the client certificate is not accepted';
}
