import type { HttpTarget } from '../core/index.js';
import type { Components } from '../runtime/index.js';
import type { Dispatcher, DispatchResult, OutgoingCall } from '../scheduler/index.js';
import type { CallbackSettings } from './callback-settings.js';
import type { Exchange } from './exchange.js';
import type { HttpDispatcher, HttpDispatcherParts } from './http-dispatcher.js';

/** Makes the calls over HTTP/1.1, to addresses that the guard allows. */
export function createHttpDispatcher(
  settings: CallbackSettings,
  components: Components,
  parts: HttpDispatcherParts = {},
): Dispatcher<HttpTarget> {
  return new LateHttpDispatcher(settings, components, parts);
}

/** Loads undici (100 files) at the first call: a start is shorter without, and many make none. */
class LateHttpDispatcher implements Dispatcher<HttpTarget> {
  readonly #settings: CallbackSettings;
  readonly #components: Components;
  readonly #parts: HttpDispatcherParts;
  readonly #open = new Set<Exchange>();
  #loading: Promise<HttpDispatcher | undefined> | undefined;
  #loaded: HttpDispatcher | undefined;
  #closed = false;

  constructor(settings: CallbackSettings, components: Components, parts: HttpDispatcherParts) {
    this.#settings = settings;
    this.#components = components;
    this.#parts = parts;
    const open = this.#open;
    components.metrics.gauge('cassadra_callbacks_open', () => [{ labels: {}, value: open.size }]);
  }

  async call(call: OutgoingCall<HttpTarget>, mayBegin: () => boolean): Promise<DispatchResult> {
    if (this.#closed) return { kind: 'withdrawn' };
    const dispatcher = this.#loaded ?? (await (this.#loading ??= this.#load()));
    if (dispatcher === undefined) return { kind: 'failed', error: 'call failed' };
    return dispatcher.call(call, mayBegin);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#loading)?.close();
  }

  /** Undefined when it cannot be loaded, as while the program is being replaced on disk. */
  async #load(): Promise<HttpDispatcher | undefined> {
    try {
      const { HttpDispatcher } = await import('./http-dispatcher.js');
      this.#loaded = new HttpDispatcher(this.#settings, this.#components, this.#parts, this.#open);
      return this.#loaded;
    } catch (error) {
      this.#loading = undefined;
      this.#components.logger.error({ err: error }, 'calls cannot be made');
      return undefined;
    }
  }
}
