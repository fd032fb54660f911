/** A reading of `/metrics`. */
export interface Metrics {
  readonly atMs: number;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A bucket of a histogram: how many were above the bound of the one before, up to this. */
export interface Bucket {
  /** Infinity for the last. */
  readonly upTo: number;
  readonly count: number;
}

const LINE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus' text format 0.0.4. Lines that are none are left out. */
export function parseMetrics(text: string, atMs: number): Metrics {
  const samples = text.split('\n').flatMap((line): Sample[] => {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) return [];
    return [{ name, labels: labelsOf(labels), value: numberOf(value) }];
  });
  return { atMs, samples };
}

function labelsOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(LABEL)].map(([, name = '', value = '']): [string, string] => [
    name,
    value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
  ]);
  return Object.fromEntries(pairs);
}

function numberOf(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

/** The sum of the samples with these labels; undefined when there is none. */
export function sumOf(
  metrics: Metrics | undefined,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const fitting = samplesOf(metrics, name, labels);
  return fitting.length === 0 ? undefined : fitting.reduce((sum, { value }) => sum + value, 0);
}

export function samplesOf(
  metrics: Metrics | undefined,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Sample[] {
  const wanted = Object.entries(labels);
  return (metrics?.samples ?? []).filter(
    (sample) => sample.name === name && wanted.every(([key, it]) => sample.labels[key] === it),
  );
}

/** How much a counter has grown a second; a server that was restarted begins at 0. */
export function rateOf(
  earlier: Metrics | undefined,
  later: Metrics | undefined,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const [before, after] = [sumOf(earlier, name, labels), sumOf(later, name, labels)];
  if (earlier === undefined || later === undefined || after === undefined) return undefined;
  const seconds = (later.atMs - earlier.atMs) / 1_000;
  return seconds <= 0 ? undefined : Math.max(0, after - (before ?? 0)) / seconds;
}

/** What was read of a server from one of its starts to its end, or until now. */
export interface Life {
  /** Undefined: it began after the first reading of all, with every counter at 0. */
  readonly first: Metrics | undefined;
  readonly last: Metrics;
}

/** With one more reading. A counter that has fallen tells that the server was started anew. */
export function nextLives(lives: readonly Life[], next: Metrics): readonly Life[] {
  const current = lives.at(-1);
  if (current === undefined) return [{ first: next, last: next }];
  const cpu = 'process_cpu_seconds_total';
  const isNew = (sumOf(next, cpu) ?? 0) < (sumOf(current.last, cpu) ?? 0);
  if (isNew) return [...lives, { first: undefined, last: next }];
  return [...lives.slice(0, -1), { ...current, last: next }];
}

/** How much a counter has grown in all since the first reading. */
export function grownIn(
  lives: readonly Life[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const grown = ({ first, last }: Life): number =>
    (sumOf(last, name, labels) ?? 0) - (sumOf(first, name, labels) ?? 0);
  return lives.reduce((sum, life) => sum + grown(life), 0);
}

/** The buckets of a histogram, of what came between two readings, or of all up to one. */
export function bucketsOf(
  earlier: Metrics | undefined,
  later: Metrics | undefined,
  name: string,
): Bucket[] {
  const before = cumulative(earlier, name);
  let counted = 0;
  return [...cumulative(later, name)]
    .sort(([one], [other]) => one - other)
    .map(([upTo, total]) => {
      const since = Math.max(0, total - (before.get(upTo) ?? 0));
      const count = Math.max(0, since - counted);
      counted = since;
      return { upTo, count };
    });
}

function cumulative(metrics: Metrics | undefined, name: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { labels, value } of samplesOf(metrics, `${name}_bucket`)) {
    const upTo = numberOf(labels['le'] ?? '');
    counts.set(upTo, (counts.get(upTo) ?? 0) + value);
  }
  return counts;
}

/** The bound below which a part of them lies (0.99: 99 %); undefined without any. */
export function quantileOf(buckets: readonly Bucket[], part: number): number | undefined {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return undefined;
  let passed = 0;
  for (const { upTo, count } of buckets) {
    passed += count;
    if (passed >= part * total) return upTo;
  }
  return undefined;
}
