import { z } from 'zod';
import { noted, oneOf, optionalText, orList, wholeNumber, yesOrNo } from './setting-kinds.js';
import { cassandraAccessSettings } from './settings-cassandra-access.js';

const LEVELS = ['ONE', 'QUORUM', 'LOCAL_QUORUM', 'EACH_QUORUM', 'ALL'] as const;

const HOST = /^(\[[0-9a-fA-F:]+\]|[^\s:,]+)(:\d{1,5})?$/;

const hosts = z
  .string()
  .transform((list) => list.split(',').map((item) => item.trim()))
  .refine((items) => items.every((item) => HOST.test(item)));

const REPLICATION = /^([1-9]\d?|[^\s:,]+:[1-9]\d?(,[^\s:,]+:[1-9]\d?)*)$/;

type Replication =
  | { readonly kind: 'simple'; readonly factor: number }
  | { readonly kind: 'by-data-centre'; readonly factors: Readonly<Record<string, number>> };

function parseReplication(list: string): Replication {
  if (!list.includes(':')) return { kind: 'simple', factor: Number(list) };
  const pairs = list.split(',').map((pair) => pair.split(':'));
  const factors = Object.fromEntries(pairs.map(([name = '', factor]) => [name, Number(factor)]));
  return { kind: 'by-data-centre', factors };
}

const replication = z.string().regex(REPLICATION).transform(parseReplication);

/** Of the Cassandra backend and of `gentables`. */
export const cassandraSettings = z.object({
  CASSANDRA_HOSTS: noted(hosts.optional(), {
    allowed: 'a comma list of `host` or `host:port`',
    reason: 'Nodes to connect to first; port 9042 where none is given.',
  }),
  CASSANDRA_KEYSPACE: noted(
    z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,47}$/)
      .default('eventstore'),
    {
      allowed: 'lower-case letters, digits and underscores, at most 48',
      reason: 'The keyspace of the tables.',
    },
  ),
  CASSANDRA_DC: optionalText({
    reason: 'The local data centre.',
    defaultText: 'that of the first node that answers',
  }),
  CREATE_SCHEMA: yesOrNo(false, 'Applies `cql/` on start. Otherwise run `gentables`.'),
  CASSANDRA_REPLICATION: noted(replication.default({ kind: 'simple', factor: 1 }), {
    allowed: 'a number of replicas, or `DC1:3,DC2:3` with one for each data centre',
    reason: 'Replication of a keyspace that is made; an existing one is left as it is.',
    defaultText: '`1`',
  }),
  CASSANDRA_WRITE_QUORUM: oneOf(LEVELS, 'QUORUM', 'Consistency level of writes.'),
  CASSANDRA_READ_QUORUM: noted(z.enum(LEVELS).optional(), {
    allowed: orList(LEVELS),
    reason: 'Consistency level of reads. Should overlap with writes.',
    defaultText: '`LOCAL_QUORUM` with one data centre, `QUORUM` with several',
  }),
  CASSANDRA_SERIAL_CONSISTENCY: oneOf(
    ['SERIAL', 'LOCAL_SERIAL'],
    'SERIAL',
    'Consistency of conditional writes; the same on every server.',
  ),
  ...cassandraAccessSettings.shape,
  FOREIGN_WRITERS: yesOrNo(
    false,
    'Set it while the original Go server writes to the keyspace too: reads by type then trail.',
  ),
  FEED_DELAY_MS: wholeNumber({
    min: 1_000,
    max: 600_000,
    standard: 5_000,
    reason: 'How long an undecided append, or a silent server, holds back reads by type.',
  }),
  MAX_CLOCK_SKEW_MS: wholeNumber({
    min: 1,
    max: 60_000,
    standard: 500,
    reason: 'A server whose clock is further than this from Cassandra’s is not ready.',
  }),
});

export type CassandraVariables = z.output<typeof cassandraSettings>;
