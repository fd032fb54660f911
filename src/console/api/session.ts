import type { HttpClient } from './http-client.js';

export const ROLES = ['read', 'append', 'schedule', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whom the server takes this page's user for, and what it is. */
export interface Session {
  readonly version: string;
  /** `memory`, `embedded` or `cassandra`. */
  readonly storage: string;
  /** Callers must sign in. */
  readonly authentication: boolean;
  readonly caller: string;
  readonly roles: ReadonlySet<Role>;
  /** How the names of the caller's streams begin; undefined: all streams. */
  readonly streamPrefixes: readonly string[] | undefined;
  /** Undefined: all. */
  readonly applications: readonly string[] | undefined;
  /** Whether a subscription to all events is possible. */
  readonly allEvents: boolean;
}

/** Throws UNAUTHENTICATED when a token is wanted, or does not hold. */
export async function readSession(http: HttpClient, signal?: AbortSignal): Promise<Session> {
  const fields = await http.get('/console/session', { signal });
  const roles = new Set(fields.texts('roles'));
  return {
    version: fields.text('version'),
    storage: fields.text('storage'),
    authentication: fields.flag('authentication'),
    caller: fields.text('caller'),
    roles: new Set(ROLES.filter((role) => roles.has(role))),
    streamPrefixes: fields.has('streamPrefixes') ? fields.texts('streamPrefixes') : undefined,
    applications: fields.has('applications') ? fields.texts('applications') : undefined,
    allEvents: fields.flag('allEvents'),
  };
}
