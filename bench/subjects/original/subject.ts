import type { Subject } from '../../model/subject.js';
import { createKeyspace } from '../../services/create-keyspace.js';
import { startNative } from '../native/native-server.js';
import { unaryOnly } from '../store-library/unary-only.js';
import { originalBinary } from './original-binary.js';
import { ORIGINAL_SCHEMA } from './original-schema.js';
import { storegrpcRuns } from './storegrpc-runs.js';

const KEYSPACE = 'bench_original';

/** The event store in Go whose API and table Cassadra has taken over, on the same Cassandra. */
export const originalServer: Subject = {
  name: 'original Go server',
  start: async (place) => {
    const { path, commit } = await originalBinary();
    const { hosts, version } = await place.cassandra();
    await createKeyspace(hosts, KEYSPACE, ORIGINAL_SCHEMA);
    const env = { CASSANDRA_HOSTS: hosts, CASSANDRA_KEYSPACE: KEYSPACE };
    const server = await startNative({
      path,
      options: (port) => ({ env: { ...env, PORT: String(port) } }),
    });
    return {
      version: `commit ${commit}, Cassandra ${version}`,
      pids: () => [server.pid],
      runs: storegrpcRuns(server.address),
      can: unaryOnly,
      stop: () => server.stop(),
    };
  },
};
