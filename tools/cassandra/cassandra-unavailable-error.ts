/**
 * A real Cassandra cannot be run on this machine (no Java, no Maven, no jars, no loopback address).
 * The message says what to install or set; it is not a fault of the tests or of the store.
 */
export class CassandraUnavailableError extends Error {
  override readonly name = 'CassandraUnavailableError';
}
