import type { Subject } from '../../model/subject.js';
import { cqlStatements, createKeyspace } from '../../services/create-keyspace.js';
import { packageVersions } from '../../services/package-version.js';
import { storeRuns } from '../store-library/store-runs.js';
import { encodeDriverLocation } from './driver-location.js';

const KEYSPACE = 'bench_raw_driver';
const FIRST_TYPE = 1_000;
const SCHEMA = [
  '001-keyspace.cql',
  '002-events.cql',
  '003-events-columns.cql',
  '004-events-by-type.cql',
];

/** What Cassandra and its driver give: the statements of Cassadra, called from the load process. */
export const rawDriver: Subject = {
  name: 'raw cassandra-driver',
  start: async (place) => {
    const { hosts, version } = await place.cassandra();
    await createKeyspace(hosts, KEYSPACE, await cqlStatements(SCHEMA));
    let spaces = 0;
    const createStore = (name: string): Promise<string> => {
      spaces += 1;
      const location = { hosts, keyspace: KEYSPACE, followedType: FIRST_TYPE + spaces };
      return Promise.resolve(
        encodeDriverLocation({ ...location, space: `${name}${String(spaces)}` }),
      );
    };
    const load = new URL('load.js', import.meta.url);
    const { append, load: read, 'catch-up': catchUp } = storeRuns(load, createStore);
    return {
      version: `${packageVersions('cassandra-driver')}, Cassandra ${version}`,
      pids: () => [],
      runs: { append, load: read, 'catch-up': catchUp },
      can: (workload) =>
        workload.kind !== 'append' || (workload.call === 'unary' && workload.api === undefined),
      stop: () => Promise.resolve(),
    };
  },
};
