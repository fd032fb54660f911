import type { Draws } from '../../../src/runtime/index.js';
import type { HistoryLine } from '../history/operation.js';
import type { WorkloadProfile } from './profile.js';
import type { ServerClients } from './server-clients.js';
import type { StreamSet } from './stream-set.js';
import type { Troubles } from './troubles.js';

/** What all clients of a run share. */
export interface WorkloadTools {
  readonly servers: readonly ServerClients[];
  readonly streams: StreamSet;
  readonly troubles: Troubles;
  readonly profile: WorkloadProfile;
  readonly record: (line: HistoryLine) => void;
  /** Counts what leaves no line. */
  readonly count: (what: string) => void;
  readonly nowMs: () => number;
  /** Aborted when nothing new shall be begun. */
  readonly stopping: AbortSignal;
}

/** One of the servers, if it can be another one than this. */
export function anotherServer(
  { servers }: Pick<WorkloadTools, 'servers'>,
  draws: Draws,
  but?: string,
): ServerClients {
  const others = servers.filter(({ server }) => server !== but);
  return draws.pick(others.length === 0 ? servers : others);
}
