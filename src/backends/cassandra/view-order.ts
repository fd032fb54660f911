/** Where an event stands in the view of its type. */
export interface ViewPlace {
  readonly savetimeMs: number;
  readonly version: number;
  readonly stream: string;
}

/**
 * A text that sorts like Cassandra's type `uuid`: by the version of the UUID, those of version 1 by
 * their time, all others by their bytes.
 */
function uuidSortKey(uuid: string): string {
  const version = uuid.slice(14, 15);
  if (version !== '1') return version + uuid;
  return uuid.slice(14, 18) + uuid.slice(9, 13) + uuid.slice(0, 8) + uuid.slice(18);
}

/** The order of the view within a type, and of cursors: (savetime, version, id). */
export function compareInView(left: ViewPlace, right: ViewPlace): number {
  if (left.savetimeMs !== right.savetimeMs) return left.savetimeMs - right.savetimeMs;
  if (left.version !== right.version) return left.version - right.version;
  if (left.stream === right.stream) return 0;
  return uuidSortKey(left.stream) < uuidSortKey(right.stream) ? -1 : 1;
}
