import { destinationOf, type HttpTarget } from '../core/index.js';
import type { Components } from '../runtime/index.js';
import type { Dispatcher, DispatchResult, OutgoingCall } from '../scheduler/index.js';
import type { CallbackSettings } from './callback-settings.js';
import { Destinations } from './destinations.js';
import { DialRefused } from './dial-error.js';
import { dnsResolve } from './dns-resolver.js';
import { Exchange } from './exchange.js';
import { failureText } from './failure-text.js';
import { bodyOf, requestHeaders } from './request-headers.js';
import { sharing, type Resolve } from './resolver.js';
import { parseRetryAfter } from './retry-after.js';

/** Makes the calls over HTTP/1.1, to addresses that the guard allows. */
export function createHttpDispatcher(
  settings: CallbackSettings,
  components: Components,
  resolve: Resolve = systemResolve(settings, components),
): Dispatcher<HttpTarget> {
  return new HttpDispatcher(settings, components, resolve);
}

/** Of the time for a connection: a look-up says itself that it timed out. */
const LOOKUP_PART = 0.8;

function systemResolve(settings: CallbackSettings, { timers }: Components): Resolve {
  return dnsResolve({ timers, timeoutMs: settings.connectTimeoutMs * LOOKUP_PART });
}

class HttpDispatcher implements Dispatcher<HttpTarget> {
  readonly #settings: CallbackSettings;
  readonly #components: Components;
  readonly #destinations: Destinations;
  readonly #open = new Set<Exchange>();
  #closed = false;

  constructor(settings: CallbackSettings, components: Components, resolve: Resolve) {
    this.#settings = settings;
    this.#components = components;
    this.#destinations = new Destinations(
      {
        allowed: settings.allowCidrs,
        resolve: sharing(resolve),
        connectTimeoutMs: settings.connectTimeoutMs,
      },
      settings.connectionsPerDestination,
    );
  }

  async call(call: OutgoingCall<HttpTarget>, mayBegin: () => boolean): Promise<DispatchResult> {
    if (this.#closed) return { kind: 'withdrawn' };
    try {
      return await this.#exchange(call, mayBegin);
    } catch (error) {
      this.#components.logger.error({ err: error }, 'a call could not be made');
      return { kind: 'failed', error: failureText(error) };
    }
  }

  async #exchange(
    call: OutgoingCall<HttpTarget>,
    mayBegin: () => boolean,
  ): Promise<DispatchResult> {
    const url = new URL(call.target.url);
    const headers = requestHeaders(call, this.#settings.userAgent);
    const exchange = new Exchange({
      bodyBytesMax: this.#settings.bodyBytesMax,
      mayBegin,
      explain: (error) => resultOf(error, url.hostname),
      retryAfterMs: (header) => parseRetryAfter(header, this.#components.clock.nowMs()),
    });
    const destination = this.#destinations.enter(destinationOf(call.target));
    const ended = new AbortController();
    this.#open.add(exchange);
    try {
      void this.#endInTime(exchange, call.timeoutMs, ended.signal);
      destination.pool.dispatch(
        {
          path: url.pathname + url.search,
          method: call.target.method,
          headers,
          body: bodyOf(call) ?? null,
          // a DELETE with a body would close its connection otherwise
          reset: false,
        },
        exchange,
      );
      return await exchange.ended;
    } finally {
      ended.abort();
      this.#open.delete(exchange);
      this.#destinations.leave(destination);
    }
  }

  async #endInTime(exchange: Exchange, timeoutMs: number, ended: AbortSignal): Promise<void> {
    await this.#components.timers.sleep(timeoutMs, ended);
    const { status } = exchange;
    const place = status === undefined ? '' : `, in the middle of an answer of status ${status}`;
    exchange.giveUp({ kind: 'failed', error: `timed out after ${timeoutMs} ms${place}` });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#open) exchange.stop();
    await this.#destinations.close();
  }
}

function resultOf(error: unknown, host: string): DispatchResult {
  if (!(error instanceof DialRefused)) return { kind: 'failed', error: failureText(error) };
  const reason = `the address of ${host} is not allowed (CALLBACK_ALLOW_CIDRS)`;
  return { kind: 'refused', reason };
}
