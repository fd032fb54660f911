import type { CassandraTls } from './tls.js';

/** Consistency levels of Cassandra that make sense for a store of record. */
export const CONSISTENCY_LEVELS = ['ONE', 'QUORUM', 'LOCAL_QUORUM', 'EACH_QUORUM', 'ALL'] as const;
export type ConsistencyLevel = (typeof CONSISTENCY_LEVELS)[number];
export type SerialLevel = 'SERIAL' | 'LOCAL_SERIAL';

/** A factor for SimpleStrategy, or one a data centre for NetworkTopologyStrategy. */
export type Replication =
  | { readonly kind: 'simple'; readonly factor: number }
  | { readonly kind: 'by-data-centre'; readonly factors: Readonly<Record<string, number>> };

/** Everything an operator may tune. Times in ms. */
export interface CassandraSettings {
  /** `host` or `host:port` (9042). */
  readonly contactPoints: readonly string[];
  /** Undefined: that of the first node that answers. */
  readonly localDataCenter: string | undefined;
  readonly keyspace: string;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  /** Undefined: in the clear. */
  readonly tls: CassandraTls | undefined;
  /** Applies `cql/` on start; otherwise `gentables` does. */
  readonly createSchema: boolean;
  readonly replication: Replication;
  readonly writeConsistency: ConsistencyLevel;
  /** Undefined: LOCAL_QUORUM with one data centre, QUORUM with several. */
  readonly readConsistency: ConsistencyLevel | undefined;
  readonly serialConsistency: SerialLevel;
  /** Servers that publish no mark write to the keyspace too. */
  readonly foreignWriters: boolean;
  /** How long an undecided append or a silent server holds the feed back. */
  readonly feedDelayMs: number;
  readonly maxClockSkewMs: number;
  readonly appendEventsMax: number;
  readonly appendBytesMax: number;
  /** How many of a stream's last versions are searched for event ids. */
  readonly idWindow: number;
  /** Parts into which this server divides timed events; pollers share them out. May be raised. */
  readonly timedEventShards: number;
}

export const CASSANDRA_DEFAULTS: CassandraSettings = {
  contactPoints: ['127.0.0.1'],
  localDataCenter: undefined,
  keyspace: 'eventstore',
  credentials: undefined,
  tls: undefined,
  createSchema: false,
  replication: { kind: 'simple', factor: 1 },
  writeConsistency: 'QUORUM',
  readConsistency: undefined,
  serialConsistency: 'SERIAL',
  foreignWriters: false,
  feedDelayMs: 5_000,
  maxClockSkewMs: 500,
  appendEventsMax: 1_000,
  appendBytesMax: 4 * 1_048_576,
  idWindow: 1_000,
  timedEventShards: 8,
};
