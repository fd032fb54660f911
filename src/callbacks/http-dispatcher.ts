import { AppError, destinationOf, userApplicationOf, type HttpTarget } from '../core/index.js';
import type { Components } from '../runtime/index.js';
import type {
  CallSecrets,
  Dispatcher,
  DispatchResult,
  OutgoingCall,
  SecretsOfCall,
} from '../scheduler/index.js';
import { authorizationHeaders, secretTexts } from './authorization.js';
import type { CallbackSettings } from './callback-settings.js';
import { Destinations, type ConnectionOwner, type Destination } from './destinations.js';
import { DialRefused } from './dial-error.js';
import { dnsResolve } from './dns-resolver.js';
import { Exchange } from './exchange.js';
import { failureText } from './failure-text.js';
import { bodyOf, requestHeaders } from './request-headers.js';
import { sharing, type Resolve } from './resolver.js';
import { parseRetryAfter } from './retry-after.js';
import { signatureHeaders } from './signing.js';

/** Everything has a default: names as the system resolves them, no secrets. */
export interface HttpDispatcherParts {
  readonly resolve?: Resolve | undefined;
  readonly secretsOf?: SecretsOfCall | undefined;
}

/** Of the time for a connection: a look-up says itself that it timed out. */
const LOOKUP_PART = 0.8;

function systemResolve(settings: CallbackSettings, { timers }: Components): Resolve {
  return dnsResolve({ timers, timeoutMs: settings.connectTimeoutMs * LOOKUP_PART });
}

const NO_SECRETS: CallSecrets = {
  hmacKeys: [],
  ed25519Seeds: [],
  credentials: undefined,
  credentialsVersion: '',
};

/** What is to be called, with what it needs. */
interface PreparedCall {
  readonly call: OutgoingCall<HttpTarget>;
  readonly secrets: CallSecrets;
  readonly destination: Destination;
}

/** Makes the calls; `open`: those of now. */
export class HttpDispatcher implements Dispatcher<HttpTarget> {
  readonly #settings: CallbackSettings;
  readonly #components: Components;
  readonly #secretsOf: SecretsOfCall;
  readonly #destinations: Destinations;
  readonly #open: Set<Exchange>;
  #closed = false;

  constructor(
    settings: CallbackSettings,
    components: Components,
    parts: HttpDispatcherParts,
    open: Set<Exchange>,
  ) {
    this.#open = open;
    this.#settings = settings;
    this.#components = components;
    this.#secretsOf = parts.secretsOf ?? (() => NO_SECRETS);
    this.#destinations = new Destinations(
      {
        allowed: settings.allowCidrs,
        resolve: sharing(parts.resolve ?? systemResolve(settings, components)),
        connectTimeoutMs: settings.connectTimeoutMs,
      },
      settings.connectionsPerDestination,
    );
  }

  async call(call: OutgoingCall<HttpTarget>, mayBegin: () => boolean): Promise<DispatchResult> {
    if (this.#closed) return { kind: 'withdrawn' };
    const { clock, metrics } = this.#components;
    const begunMs = clock.monotonicMs();
    const result = await this.#made(call, mayBegin);
    const seconds = (clock.monotonicMs() - begunMs) / 1_000;
    if (result.kind !== 'again') {
      metrics.observe('cassadra_callback_duration_seconds', { outcome: result.kind }, seconds);
    }
    return result;
  }

  async #made(call: OutgoingCall<HttpTarget>, mayBegin: () => boolean): Promise<DispatchResult> {
    const prepared = this.#prepare(call);
    if (prepared === undefined) return { kind: 'failed', error: 'its secrets cannot be used' };
    try {
      return await this.#exchange(prepared, mayBegin);
    } catch (error) {
      this.#components.logger.error({ err: error }, 'a call could not be made');
      return { kind: 'failed', error: failureText(error) };
    } finally {
      this.#destinations.leave(prepared.destination);
    }
  }

  /** Undefined when a secret cannot be opened or used: without it nothing may be sent. */
  #prepare(call: OutgoingCall<HttpTarget>): PreparedCall | undefined {
    const name = destinationOf(call.target);
    const application = userApplicationOf(call.key.application);
    try {
      const secrets = this.#secretsOf(application, name);
      const destination = this.#destinations.enter(name, ownerOf(application, secrets));
      return { call, secrets, destination };
    } catch (error) {
      // of an error that is not ours nobody knows what it shows
      const reason = error instanceof AppError ? error.message : 'unknown';
      const fields = { application, destination: name, reason };
      this.#components.logger.error(fields, 'the secrets of a call cannot be used');
      return undefined;
    }
  }

  async #exchange(
    { call, secrets, destination }: PreparedCall,
    mayBegin: () => boolean,
  ): Promise<DispatchResult> {
    const url = new URL(call.target.url);
    const exchange = new Exchange({
      bodyBytesMax: this.#settings.bodyBytesMax,
      hidden: secretTexts(secrets.credentials),
      mayBegin,
      explain: (error) => resultOf(error, url.hostname),
      retryAfterMs: (header) => parseRetryAfter(header, this.#components.clock.nowMs()),
    });
    this.#open.add(exchange);
    const { timers } = this.#components;
    const over = timers.after(call.timeoutMs, () => timeOut(exchange, call.timeoutMs));
    try {
      destination.pool.dispatch(
        {
          path: url.pathname + url.search,
          method: call.target.method,
          headers: this.#headers(call, secrets),
          body: bodyOf(call) ?? null,
          // a DELETE with a body would close its connection otherwise
          reset: false,
        },
        exchange,
      );
      return await exchange.ended;
    } finally {
      over();
      this.#open.delete(exchange);
    }
  }

  /** Made before there is a connection: signatures may be older by the time for one (5 s). */
  #headers(call: OutgoingCall<HttpTarget>, secrets: CallSecrets): string[] {
    const nowMs = this.#components.clock.nowMs();
    const body = bodyOf(call) ?? new Uint8Array();
    return requestHeaders(call, this.#settings.userAgent, [
      ...authorizationHeaders(secrets.credentials),
      ...signatureHeaders(secrets, { id: call.generation, nowMs, body }),
    ]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#open) exchange.stop();
    await this.#destinations.close();
  }
}

function timeOut(exchange: Exchange, timeoutMs: number): void {
  const { status } = exchange;
  const place = status === undefined ? '' : `, in the middle of an answer of status ${status}`;
  exchange.giveUp({ kind: 'failed', error: `timed out after ${timeoutMs} ms${place}` });
}

/** Connections that show a certificate are not for others. */
function ownerOf(
  application: string,
  { credentials, credentialsVersion }: CallSecrets,
): ConnectionOwner | undefined {
  if (credentials?.kind !== 'mtls') return undefined;
  return { application, client: credentials, version: credentialsVersion };
}

function resultOf(error: unknown, host: string): DispatchResult {
  if (!(error instanceof DialRefused)) return { kind: 'failed', error: failureText(error) };
  const reason = `the address of ${host} is not allowed (CALLBACK_ALLOW_CIDRS)`;
  return { kind: 'refused', reason };
}
