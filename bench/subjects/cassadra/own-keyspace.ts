import { createKeyspace } from '../../services/create-keyspace.js';
import { productVersion } from '../../services/package-version.js';
import type { Place } from '../../services/place.js';

/** A keyspace for servers of the product; the first of them makes it, with `CREATE_SCHEMA`. */
export interface OwnKeyspace {
  /** Of each server: where its storage is. */
  readonly env: Readonly<Record<string, string>>;
  /** Of the product and of Cassandra. */
  readonly version: string;
  /** With all that is in it. */
  readonly drop: () => Promise<void>;
}

export async function ownKeyspace(place: Place, keyspace: string): Promise<OwnKeyspace> {
  const { hosts, version } = await place.cassandra();
  return {
    env: { STORAGE: 'cassandra', CASSANDRA_HOSTS: hosts, CASSANDRA_KEYSPACE: keyspace },
    version: `${productVersion()}, Cassandra ${version}`,
    drop: () => createKeyspace(hosts, keyspace, []),
  };
}
