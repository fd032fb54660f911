import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { OVER, untilEndOfEach } from '../../../core/index.js';
import { codeOfError, errorAnswer } from '../errors.js';
import { noteCode } from '../gated-request.js';
import type { HttpHost } from '../http-routes.js';
import type { StreamFormat } from './stream-format.js';

export interface StreamedAnswer {
  readonly format: StreamFormat;
  readonly messages: AsyncIterable<Uint8Array>;
  /** The call's end; its reason is the error. */
  readonly signal: AbortSignal;
  /** How long an error may take to be an answer of its own; then the answer begins without it. */
  readonly beginMs: number;
}

/**
 * Answers with messages as they come. The next one is asked for when the socket has taken the one
 * before, so a slow reader holds one. Throws what fails before the answer has begun.
 */
export async function sendStreamed(
  reply: FastifyReply,
  answer: StreamedAnswer,
  host: HttpHost,
): Promise<void> {
  const { format, signal, beginMs } = answer;
  const messages = untilEndOfEach(answer.messages, signal);
  const first = messages.next();
  // a socket on which nothing moves is closed
  await orAfter(first, Math.min(beginMs, host.heartbeatMs), host);
  reply.hijack();
  const body = new StreamedBody(reply, format, signal);
  const ended = new AbortController();
  void beat(body, host, ended.signal);
  try {
    for (let next = await first; next.done !== true; next = await messages.next()) {
      await body.write(format.message(next.value));
    }
    body.end('', host.stopping.aborted);
  } catch (error) {
    const { body: last } = errorAnswer(error, host.logger);
    noteCode(reply.request, codeOfError(error));
    body.end(format.error(last), host.stopping.aborted);
  } finally {
    ended.abort(OVER);
    await messages.return(undefined);
  }
}

/** Until `work` is done, but no longer than the time. Throws what it throws meanwhile. */
async function orAfter(work: Promise<unknown>, ms: number, { timers }: HttpHost): Promise<void> {
  const done = new AbortController();
  try {
    await Promise.race([work, timers.sleep(ms, done.signal)]);
  } finally {
    done.abort(OVER);
  }
}

async function beat(body: StreamedBody, host: HttpHost, ended: AbortSignal): Promise<void> {
  for (;;) {
    await host.timers.sleep(host.heartbeatMs, ended);
    if (ended.aborted) return;
    body.beat();
  }
}

/** The body of an answer whose head is sent. */
class StreamedBody {
  readonly #response: ServerResponse;
  readonly #format: StreamFormat;
  readonly #signal: AbortSignal;

  constructor(reply: FastifyReply, format: StreamFormat, signal: AbortSignal) {
    this.#response = reply.raw;
    this.#format = format;
    this.#signal = signal;
    reply.header('content-type', `${format.contentType}; charset=utf-8`);
    // nginx would collect it
    reply.header('x-accel-buffering', 'no');
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) this.#response.setHeader(name, value);
    }
    this.#response.writeHead(200).flushHeaders();
    if (format.start !== '') this.#response.write(format.start);
  }

  /** Until the socket takes more, or the call ends. */
  async write(text: string): Promise<void> {
    if (this.#response.write(text) || this.#signal.aborted) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.#response.off('drain', go);
        this.#signal.removeEventListener('abort', go);
        resolve();
      };
      this.#response.on('drain', go);
      this.#signal.addEventListener('abort', go, { once: true });
    });
  }

  /** A socket that has not taken what was written is not idle for want of more. */
  beat(): void {
    if (!this.#response.writableNeedDrain) this.#response.write(this.#format.beat);
  }

  end(last: string, close: boolean): void {
    const { socket } = this.#response;
    this.#response.end(last, () => {
      if (close) socket?.destroySoon();
    });
  }
}
