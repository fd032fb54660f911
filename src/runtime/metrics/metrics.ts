import type { METRIC_CATALOGUE, MetricName } from './metric-catalogue.js';

type Catalogue = typeof METRIC_CATALOGUE;
type Kind = Catalogue[MetricName]['kind'];

/** The names of one kind. */
type NameOf<Wanted extends Kind> = {
  [Name in MetricName]: Catalogue[Name]['kind'] extends Wanted ? Name : never;
}[MetricName];

export type CounterName = NameOf<'counter'>;
export type HistogramName = NameOf<'histogram'>;
export type GaugeName = NameOf<'gauge'>;

type ValueOf<Values> = Values extends readonly (infer Value extends string)[] ? Value : string;

/** All labels of a metric, each with a value that the catalogue allows. */
export type LabelsOf<Name extends MetricName> = {
  readonly [Label in keyof Catalogue[Name]['labels']]: ValueOf<Catalogue[Name]['labels'][Label]>;
};

export interface Sample<Name extends MetricName> {
  readonly labels: LabelsOf<Name>;
  readonly value: number;
}

/** Where rooms count what happens. Never throws, and never waits. */
export interface Metrics {
  add<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by?: number): void;
  /** In the unit that the name ends with. */
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /**
   * `read` is asked at each scrape, until what is returned is called. What several readers of one
   * name say is put together; it must be cheap.
   */
  gauge<Name extends GaugeName>(name: Name, read: () => readonly Sample<Name>[]): () => void;
  /** As `gauge`, for what is counted elsewhere already; it never falls. */
  counter<Name extends CounterName>(name: Name, read: () => readonly Sample<Name>[]): () => void;
}

export const silentMetrics: Metrics = {
  add: () => undefined,
  observe: () => undefined,
  gauge: () => () => undefined,
  counter: () => () => undefined,
};
