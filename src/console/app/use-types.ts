import type { EventType } from '../api/events.js';
import { missingRole, useConsole } from './console-context.js';
import { useEvery } from './use-every.js';
import { useLoaded, type Loaded } from './use-loaded.js';

/** How often it is looked for new ones. */
const LOOK_MS = 5_000;

/** All types, also those that come while the page is open. */
export function useTypes(): Loaded<EventType[]> {
  const { events, session } = useConsole();
  const types = useLoaded('types', (signal) => events.listTypes(signal));
  useEvery(LOOK_MS, () => {
    if (missingRole(session, 'read') === undefined) types.look();
  });
  return types;
}
