import { runLoad } from '../../load/run-load.js';
import type { Subject } from '../../model/subject.js';
import { packageVersions } from '../../services/package-version.js';

/**
 * What Cassandra gives at most: conditional updates of one row each. To fire one timer Cassadra
 * needs two of them, and writes the notices besides.
 */
export const rawLwt: Subject = {
  name: 'raw LWTs',
  start: async (place) => {
    const { hosts, version } = await place.cassandra();
    const program = new URL('load.js', import.meta.url);
    return {
      version: `${packageVersions('cassandra-driver')}, Cassandra ${version}`,
      pids: () => [],
      runs: { 'timer-fire': ({ timers }, seconds) => runLoad(program, { hosts, timers, seconds }) },
      stop: () => Promise.resolve(),
    };
  },
};
