import type { Subject } from '../../model/subject.js';
import { productVersion } from '../../services/package-version.js';
import { embeddedStorage } from './embedded-storage.js';
import { runTimerServers } from './timer-servers.js';

/** Each timer is a call over HTTP to a receiver in the load process. */
export const timersEmbedded: Subject = {
  name: 'Cassadra timers, embedded',
  start: async (place) => {
    const open = embeddedStorage(place, 'timers-embedded');
    return { ...(await runTimerServers({ open, target: 'http' })), version: productVersion() };
  },
};
