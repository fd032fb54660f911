/** The published statements of the system that this one follows; only lines are broken. */
export const SEED_AGGREGATE = 'fade87a1-9df9-46bb-aae6-63b2b763094d';

export const SEED_KEYSPACE_STATEMENT = `CREATE KEYSPACE IF NOT EXISTS eventstore
  WITH REPLICATION = {'class': 'SimpleStrategy', 'replication_factor': 1}`;

export const SEED_TABLE = `CREATE TABLE IF NOT EXISTS eventstore.events (
  id               UUID,                -- uuid of the domain aggregate that the event is related to
  version          int,                 -- version of the aggregate
  type             int,                 -- type of event
  payload          text,                -- actual payload of the event, typically in a JSON format
  savetime         timestamp,           -- save time of the event, needed to order the view
  current_version  int STATIC,          -- current version of the domain aggregate
  PRIMARY KEY (id, version, savetime)
)`;

/** With `id IS NOT NULL`, which Cassandra 5.0 asks for and the published text lacks. */
export const SEED_VIEW = `CREATE MATERIALIZED VIEW IF NOT EXISTS eventstore.events_by_type AS
  SELECT id, version, type, payload, savetime FROM eventstore.events
  WHERE type IS NOT NULL AND version IS NOT NULL AND savetime IS NOT NULL AND id IS NOT NULL
PRIMARY KEY (type, savetime, version, id)`;

export const SEED_FIRST_EVENT = `BEGIN BATCH
INSERT INTO eventstore.events (id, current_version)
  VALUES (fade87a1-9df9-46bb-aae6-63b2b763094d, 1) IF NOT EXISTS;
INSERT INTO eventstore.events (id, version, type, payload, savetime)
  VALUES (fade87a1-9df9-46bb-aae6-63b2b763094d, 1, 11, 'aaa', toTimeStamp(now()));
APPLY BATCH`;

export const SEED_FURTHER_EVENTS = `BEGIN BATCH
UPDATE eventstore.events SET current_version = 3
  WHERE id = fade87a1-9df9-46bb-aae6-63b2b763094d IF current_version = 1;
INSERT INTO eventstore.events (id, version, type, payload, savetime)
  VALUES (fade87a1-9df9-46bb-aae6-63b2b763094d, 2, 22, 'bbb', toTimeStamp(now()));
INSERT INTO eventstore.events (id, version, type, payload, savetime)
  VALUES (fade87a1-9df9-46bb-aae6-63b2b763094d, 3, 33, 'ccc', toTimeStamp(now()));
APPLY BATCH`;

export const SEED_QUERIES = [
  'SELECT * FROM eventstore.events LIMIT 100',
  'SELECT * FROM eventstore.events_by_type LIMIT 100',
  'SELECT COUNT(*) FROM eventstore.events_by_type WHERE type = 2',
  'SELECT * FROM eventstore.events_by_type WHERE type = 1 AND savetime >= 1606154195500',
  "SELECT * FROM eventstore.events_by_type WHERE type = 1 AND savetime >= '2020-11-23'",
] as const;

/** In this order: Cassandra refuses to drop a table that still has a view. */
export const SEED_CLEAN_UP = [
  'TRUNCATE TABLE eventstore.events',
  'DROP MATERIALIZED VIEW eventstore.events_by_type',
  'DROP TABLE eventstore.events',
] as const;
