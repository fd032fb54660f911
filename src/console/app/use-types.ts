import type { EventType } from '../api/events.js';
import { missingRole, useConsole } from './console-context.js';
import { useEvery } from './use-every.js';
import { useLoaded, type Loaded } from './use-loaded.js';

/** How often it is looked for new ones. */
const LOOK_MS = 5_000;

/** All types, also those that come while the page is open; undefined: they may not be read. */
export function useTypes(): Loaded<EventType[] | undefined> {
  const { events, session } = useConsole();
  const mayRead = missingRole(session, 'read') === undefined;
  const types = useLoaded('types', async (signal) =>
    mayRead ? await events.listTypes(signal) : undefined,
  );
  useEvery(LOOK_MS, () => {
    if (mayRead) types.look();
  });
  return types;
}
