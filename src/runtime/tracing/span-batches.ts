import { TraceFlags } from '@opentelemetry/api';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Components } from '../components.js';

/** As the specification has them for its batches. */
const WAITING_MAX = 2_048;
const BATCH_MAX = 512;
const SEND_AFTER_MS = 5_000;

const TELL_EVERY_MS = 60_000;

type BatchComponents = Pick<Components, 'clock' | 'timers' | 'logger' | 'metrics'>;

/**
 * Sends ended spans in batches, one after the other. No more than `WAITING_MAX` wait: a collector
 * that is slow or gone costs spans, and nothing else. They are counted, and told of now and then.
 */
export class SpanBatches implements SpanProcessor {
  readonly #exporter: SpanExporter;
  readonly #components: BatchComponents;
  #waiting: ReadableSpan[] = [];
  #underWay = 0;
  #hurry = new AbortController();
  #sending: Promise<void> | undefined;
  #closed = false;
  #dropped = 0;
  #toldMs: number | undefined;

  constructor(exporter: SpanExporter, components: BatchComponents) {
    this.#exporter = exporter;
    this.#components = components;
  }

  onStart(): void {
    // of interest once they have ended
  }

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    if (this.#closed || this.#waiting.length >= WAITING_MAX) {
      this.#drop(1, 'too many wait for the collector');
      return;
    }
    this.#waiting.push(span);
    this.#sending ??= this.#sendAll();
    if (this.#waiting.length >= BATCH_MAX) this.#hurry.abort();
  }

  async forceFlush(): Promise<void> {
    this.#hurry.abort();
    await this.#sending;
  }

  shutdown(): Promise<void> {
    return this.close(0);
  }

  /** Sends what waits, for as long as `graceMs`; spans that end from here on are dropped. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    const done = new AbortController();
    const flushed = this.forceFlush().finally(() => done.abort());
    await Promise.race([flushed, this.#components.timers.sleep(graceMs, done.signal)]);
    const left = this.#waiting.length + this.#underWay;
    this.#waiting = [];
    this.#underWay = 0;
    if (left > 0) this.#drop(left, 'the server stops');
  }

  async #sendAll(): Promise<void> {
    await this.#components.timers.sleep(SEND_AFTER_MS, this.#hurry.signal);
    while (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, BATCH_MAX));
    this.#hurry = new AbortController();
    this.#sending = undefined;
  }

  async #send(batch: ReadableSpan[]): Promise<void> {
    this.#underWay = batch.length;
    const { code, error } = await this.#exported(batch);
    // given up by `close`, and counted there
    if (this.#underWay === 0) return;
    this.#underWay = 0;
    if (code === ExportResultCode.FAILED) {
      this.#drop(batch.length, error?.message ?? 'the collector did not take them');
    }
  }

  #exported(batch: ReadableSpan[]): Promise<ExportResult> {
    return new Promise((resolve) => {
      try {
        this.#exporter.export(batch, resolve);
      } catch (error) {
        const problem = error instanceof Error ? error : new Error(String(error));
        resolve({ code: ExportResultCode.FAILED, error: problem });
      }
    });
  }

  #drop(spans: number, reason: string): void {
    const { clock, logger, metrics } = this.#components;
    this.#dropped += spans;
    metrics.add('cassadra_trace_spans_dropped_total', {}, spans);
    const nowMs = clock.monotonicMs();
    if (this.#toldMs !== undefined && nowMs < this.#toldMs + TELL_EVERY_MS) return;
    this.#toldMs = nowMs;
    logger.warn({ dropped: this.#dropped, reason }, 'spans could not be sent, and are dropped');
  }
}
