import type { Dispatcher as Undici } from 'undici';
import type { DispatchResult } from '../scheduler/index.js';
import { AnswerBody } from './answer-body.js';
import { BODY_READ_BYTES_MAX, INFORMATIONAL_MAX } from './callback-settings.js';
import { NOT_HTTP } from './failure-text.js';

/** How the events of one exchange become its result. */
export interface ExchangeRules {
  readonly bodyBytesMax: number;
  /** What the body in the result does not show. */
  readonly hidden: readonly string[];
  readonly mayBegin: () => boolean;
  readonly explain: (error: unknown) => DispatchResult;
  readonly retryAfterMs: (header: string | undefined) => number | undefined;
}

/** One request and its answer. Ends exactly once; what undici reports later changes nothing. */
export class Exchange implements Undici.DispatchHandler {
  readonly ended: Promise<DispatchResult>;
  readonly #rules: ExchangeRules;
  readonly #body: AnswerBody;
  #resolve: (result: DispatchResult) => void = () => undefined;
  #controller: Undici.DispatchController | undefined;
  #over = false;
  #informational = 0;
  #status: number | undefined;
  #retryAfter: string | undefined;

  constructor(rules: ExchangeRules) {
    this.#rules = rules;
    this.#body = new AnswerBody(rules.bodyBytesMax, rules.hidden);
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Of the answer, once its headers are there. */
  get status(): number | undefined {
    return this.#status;
  }

  /** The sender stops: what has not been written is withdrawn. */
  stop(): void {
    const begun = this.#controller !== undefined;
    this.giveUp(begun ? failed('the sender was stopped') : { kind: 'withdrawn' });
  }

  /** Ends it with this result, unless it has ended, and drops the connection. */
  giveUp(result: DispatchResult): void {
    if (!this.#end(result)) return;
    this.#controller?.abort(new Error('given up'));
  }

  #end(result: DispatchResult): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#resolve(result);
    return true;
  }

  #answer(): DispatchResult {
    return {
      kind: 'answered',
      status: this.#status ?? 0,
      body: this.#body.text(),
      retryAfterMs: this.#rules.retryAfterMs(this.#retryAfter),
    };
  }

  /** undici is about to write: connected, first in its queue, and nothing sent so far. */
  onRequestStart(controller: Undici.DispatchController): void {
    if (this.#over) {
      controller.abort(new Error('ended before it began'));
      return;
    }
    if (this.#controller !== undefined) {
      controller.abort(new Error('begun twice'));
      return;
    }
    this.#controller = controller;
    if (!this.#rules.mayBegin()) this.giveUp({ kind: 'withdrawn' });
  }

  onResponseStart(
    _controller: Undici.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // 1xx come before the answer
    if (status < 200) {
      this.#informational += 1;
      if (this.#informational > INFORMATIONAL_MAX) this.giveUp(failed(NOT_HTTP));
      return;
    }
    this.#status = status;
    const retryAfter = headers['retry-after'];
    this.#retryAfter = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter;
  }

  onResponseData(_controller: Undici.DispatchController, chunk: Uint8Array): void {
    this.#body.add(chunk);
    if (this.#body.bytes > BODY_READ_BYTES_MAX) this.giveUp(this.#answer());
  }

  onResponseEnd(): void {
    this.#end(this.#answer());
  }

  onResponseError(_controller: Undici.DispatchController | undefined, error: Error): void {
    this.#end(this.#rules.explain(error));
  }
}

function failed(error: string): DispatchResult {
  return { kind: 'failed', error };
}
