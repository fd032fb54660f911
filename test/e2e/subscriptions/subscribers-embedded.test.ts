import { embeddedStorage as storage } from '../storages.js';
import { sizeOf } from './chaos-size.js';
import { exerciseSubscriberKills } from './subscriber-kills.js';

exerciseSubscriberKills({
  storage,
  ordered: true,
  servers: 1,
  ...sizeOf({ events: 4_000, kills: 20 }, { events: 10_000, kills: 50 }),
});
