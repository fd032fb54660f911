import type { Subject } from '../../model/subject.js';
import { productVersion } from '../../services/package-version.js';
import { embeddedStorage } from './embedded-storage.js';
import { runTimerServers } from './timer-servers.js';

/**
 * Each timer appends an event to a stream of its own; it has arrived when a subscriber in the load
 * process has it. Like the handlers of the libraries, this needs no HTTP call.
 */
export const timersAppending: Subject = {
  name: 'Cassadra timers (append target), embedded',
  start: async (place) => {
    const open = embeddedStorage(place, 'timers-appending');
    return { ...(await runTimerServers({ open, target: 'append' })), version: productVersion() };
  },
};
