import type { CassandraService } from './cassandra.js';
import type { PostgresService } from './postgres.js';
import type { RedisService } from './redis.js';

/**
 * What subjects get from the run: an empty folder of their own on a real disk, and databases, which
 * are stopped at the end of the suite at the latest.
 */
export interface Place {
  /** A new empty folder. */
  folder(name: string): Promise<string>;
  /** A new server at each call: what one has left to do does not fall on others. */
  postgres(): Promise<PostgresService>;
  /** A new server at each call. */
  redis(): Promise<RedisService>;
  /** One for all. */
  cassandra(): Promise<CassandraService>;
}
