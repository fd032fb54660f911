import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../clock.js';
import { labelSetsOf } from './label-sets.js';
import { METRIC_CATALOGUE, type MetricName } from './metric-catalogue.js';
import type { MetricEntry } from './metric-entry.js';
import type { CounterName, GaugeName, HistogramName, LabelsOf, Sample } from './metrics.js';
import type { MetricsOptions, PrometheusMetrics } from './metrics-text.js';

/** However many scrape: a text is made so often at most, since making it stops all else. */
const TEXT_EVERY_MS = 100;

interface AnySample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
type Read = () => readonly AnySample[];

export function prometheusMetrics(
  clock: Pick<Clock, 'monotonicMs'>,
  { ofProcess }: MetricsOptions,
): PrometheusMetrics {
  const metrics = new RegistryMetrics(clock);
  if (ofProcess) collectDefaultMetrics({ register: metrics.registry });
  return metrics;
}

class RegistryMetrics implements PrometheusMetrics {
  readonly registry = new Registry();
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #counters = new Map<MetricName, Counter>();
  readonly #histograms = new Map<MetricName, Histogram>();
  readonly #readers = new Map<MetricName, Set<Read>>();
  #text: Promise<string> | undefined;
  #madeMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
    for (const name of namesIn(METRIC_CATALOGUE)) {
      const entry: MetricEntry = METRIC_CATALOGUE[name];
      if (entry.kind === 'counter') this.#counters.set(name, this.#counter(name, entry));
      if (entry.kind === 'histogram') this.#histograms.set(name, this.#histogram(name, entry));
    }
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  add<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by = 1): void {
    if (by >= 0 && by < Number.POSITIVE_INFINITY) this.#counters.get(name)?.inc(labels, by);
  }

  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    // a clock that was set back
    const known = Math.max(0, value);
    if (Number.isFinite(known)) this.#histograms.get(name)?.observe(labels, known);
  }

  gauge<Name extends GaugeName>(name: Name, read: () => readonly Sample<Name>[]): () => void {
    if (this.#readers.get(name)?.size === undefined) this.#gauge(name, METRIC_CATALOGUE[name]);
    const end = this.#addReader(name, read);
    return () => {
      // absent, not 0: nobody knows it any more
      if (end() === 0) this.#forgetGauge(name);
    };
  }

  counter<Name extends CounterName>(name: Name, read: () => readonly Sample<Name>[]): () => void {
    const end = this.#addReader(name, read);
    return () => void end();
  }

  text(): Promise<string> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#text === undefined || nowMs - this.#madeMs >= TEXT_EVERY_MS) {
      this.#madeMs = nowMs;
      this.#text = this.registry.metrics();
    }
    return this.#text;
  }

  /** Answers how to take it out; that answers how many are left. */
  #addReader(name: MetricName, read: Read): () => number {
    const readers = this.#readers.get(name) ?? new Set();
    this.#readers.set(name, readers.add(read));
    return () => {
      readers.delete(read);
      return readers.size;
    };
  }

  #forgetGauge(name: GaugeName): void {
    this.#readers.delete(name);
    this.registry.removeSingleMetric(name);
  }

  #samplesOf(name: MetricName): readonly AnySample[] {
    return [...(this.#readers.get(name) ?? [])].flatMap((read) => {
      try {
        return read();
      } catch {
        // one that cannot be read must not hide the others
        return [];
      }
    });
  }

  #gauge(name: GaugeName, entry: MetricEntry): void {
    const form = formOf(name, entry);
    const gauge: Gauge = new Gauge({
      ...form,
      registers: [this.registry],
      collect: () => {
        gauge.reset();
        // without labels it would be 0 now
        if (form.labelNames.length === 0) gauge.remove();
        for (const { labels, value } of this.#samplesOf(name)) gauge.inc(labels, value);
      },
    });
  }

  #counter(name: MetricName, entry: MetricEntry): Counter {
    const sets = labelSetsOf(entry);
    const counter: Counter = new Counter({
      ...formOf(name, entry),
      registers: [this.registry],
      collect: () => {
        if (!this.#readers.has(name)) return;
        counter.reset();
        for (const labels of sets) counter.inc(labels, 0);
        for (const { labels, value } of this.#samplesOf(name)) counter.inc(labels, value);
      },
    });
    for (const labels of sets) counter.inc(labels, 0);
    return counter;
  }

  #histogram(name: MetricName, entry: MetricEntry): Histogram {
    const histogram = new Histogram({
      ...formOf(name, entry),
      registers: [this.registry],
      buckets: [...(entry.buckets ?? [])],
    });
    for (const labels of labelSetsOf(entry)) histogram.zero(labels);
    return histogram;
  }
}

function formOf(name: MetricName, { help, labels }: MetricEntry) {
  return { name, help, labelNames: Object.keys(labels) };
}

function namesIn<Name extends string>(catalogue: Readonly<Record<Name, unknown>>): Name[] {
  const isName = (name: string): name is Name => name in catalogue;
  return Object.keys(catalogue).filter(isName);
}
