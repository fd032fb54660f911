export const ROLES = ['read', 'append', 'schedule', 'admin'] as const;

/**
 * What a caller may do: read events · append events · schedule timed events and look at them ·
 * everything else (applications, keys, sweeps over failed entries). None includes another.
 */
export type Role = (typeof ROLES)[number];

/** Who calls, as the server has made sure of it. */
export interface Caller {
  /** Of the token or certificate; for the log, and for limits per caller. */
  readonly name: string;
  readonly roles: ReadonlySet<Role>;
  /** How the names of its streams begin. Undefined: all streams. */
  readonly streamPrefixes: readonly string[] | undefined;
  /** Its applications. Undefined: all. */
  readonly applications: readonly string[] | undefined;
}

/** Everybody, where nothing is asked. */
export const ANYBODY: Caller = {
  name: 'anybody',
  roles: new Set(ROLES),
  streamPrefixes: undefined,
  applications: undefined,
};

/** The roles among words; others are nobody's of ours. */
export function rolesAmong(words: readonly string[]): ReadonlySet<Role> {
  return new Set(ROLES.filter((role) => words.includes(role)));
}

/** Whether both are the same caller who may do the same. */
export function sameCaller(one: Caller, other: Caller): boolean {
  const text = ({ name, roles, streamPrefixes, applications }: Caller): string =>
    JSON.stringify([name, [...roles].sort(), streamPrefixes ?? null, applications ?? null]);
  return text(one) === text(other);
}
