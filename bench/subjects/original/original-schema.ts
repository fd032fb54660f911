/**
 * The table and the view of the original system. Its view has one condition more than there, since
 * Cassandra 5 refuses it otherwise.
 */
export const ORIGINAL_SCHEMA = [
  `CREATE KEYSPACE eventstore
    WITH REPLICATION = {'class': 'SimpleStrategy', 'replication_factor': 1}`,
  `CREATE TABLE eventstore.events (
    id UUID, version int, type int, payload text, savetime timestamp, current_version int STATIC,
    PRIMARY KEY (id, version, savetime))`,
  `CREATE MATERIALIZED VIEW eventstore.events_by_type AS
    SELECT id, version, type, payload, savetime FROM eventstore.events
    WHERE type IS NOT NULL AND version IS NOT NULL AND savetime IS NOT NULL AND id IS NOT NULL
    PRIMARY KEY (type, savetime, version, id)`,
] as const;
