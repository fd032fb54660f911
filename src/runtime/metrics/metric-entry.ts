/** The values that a label may have; a text says where they come from when they are not listed. */
export type LabelValues = readonly string[] | string;

/** What a metric is: its kind, what it says, and its labels. */
export interface MetricEntry {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** A sentence for the reference and for whoever reads a scrape. */
  readonly help: string;
  readonly labels: Readonly<Record<string, LabelValues>>;
  /** Upper bounds of a histogram, in the unit of its name. */
  readonly buckets?: readonly number[];
}

export type MetricSection = Readonly<Record<`cassadra_${string}`, MetricEntry>>;
