import { AppError } from '../../core/index.js';
import type { CassandraSettings, ConsistencyLevel } from './settings.js';

/** The level of reads: the setting, or one that is sure to meet QUORUM writes. */
export function readLevel(settings: CassandraSettings, dataCentres: number): ConsistencyLevel {
  return settings.readConsistency ?? (dataCentres > 1 ? 'QUORUM' : 'LOCAL_QUORUM');
}

/** How many replicas of a data centre, and of all, a level is sure to reach. */
function reach(level: ConsistencyLevel, dataCentres: number): 'all' | 'most' | 'local' | 'one' {
  switch (level) {
    case 'ALL':
      return 'all';
    case 'QUORUM':
    case 'EACH_QUORUM':
      return 'most';
    case 'LOCAL_QUORUM':
      return dataCentres === 1 ? 'most' : 'local';
    case 'ONE':
      return 'one';
  }
}

/** Whether a read at one level is sure to meet a replica that a write at the other has reached. */
export function levelsOverlap(
  read: ConsistencyLevel,
  write: ConsistencyLevel,
  dataCentres: number,
): boolean {
  const reads = reach(read, dataCentres);
  const writes = reach(write, dataCentres);
  if (reads === 'all' || writes === 'all') return true;
  if (write === 'EACH_QUORUM' && reads === 'local') return true;
  return reads === 'most' && writes === 'most';
}

/** What an operator should know about the levels; empty when all is well. */
export function levelWarnings(settings: CassandraSettings, dataCentres: number): string[] {
  const read = readLevel(settings, dataCentres);
  const write = settings.writeConsistency;
  if (levelsOverlap(read, write, dataCentres)) return [];
  return [
    `reads at ${read} (CASSANDRA_READ_QUORUM) need not meet writes at ${write} ` +
      '(CASSANDRA_WRITE_QUORUM): a load may miss what was acknowledged',
  ];
}

/** Throws INVALID_ARGUMENT for settings that contradict each other. */
export function requireConsistent(settings: CassandraSettings): void {
  if (!settings.foreignWriters || settings.serialConsistency === 'SERIAL') return;
  throw new AppError(
    'INVALID_ARGUMENT',
    'FOREIGN_WRITERS needs CASSANDRA_SERIAL_CONSISTENCY=SERIAL: the original server uses it',
    { field: 'CASSANDRA_SERIAL_CONSISTENCY' },
  );
}
