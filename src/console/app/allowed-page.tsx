import type { JSX } from 'preact';
import type { Role } from '../api/session.js';
import { missingRole, useConsole } from './console-context.js';
import { pageAt } from './pages.js';
import type { Place } from './path.js';
import { SECTIONS } from './sections.js';

const READS_EVENTS: readonly Role[] = ['read'];
const READS_TIMERS: readonly Role[] = ['schedule', 'read', 'admin'];

/** One of these lets a caller see the pages of a section; the others say it themselves. */
const ROLES: Readonly<Record<string, readonly Role[]>> = {
  streams: READS_EVENTS,
  correlation: READS_EVENTS,
  types: READS_EVENTS,
  timers: READS_TIMERS,
  schedules: READS_TIMERS,
};

/** The page of a path, or why the caller may not see it. */
export function AllowedPage({ place }: { readonly place: Place }): JSX.Element {
  const { session } = useConsole();
  const section = place.parts[0] ?? '';
  const roles = ROLES[section];
  const missing = roles === undefined ? undefined : missingRole(session, ...roles);
  if (missing === undefined) return pageAt(place);
  return (
    <>
      <h1>{SECTIONS.find(({ part }) => part === section)?.name ?? 'Correlation'}</h1>
      <p class="empty">{missing}.</p>
    </>
  );
}
