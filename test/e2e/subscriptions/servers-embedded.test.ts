import { embeddedStorage as storage } from '../storages.js';
import { sizeOf } from './chaos-size.js';
import { exerciseServerKills } from './server-kills.js';

exerciseServerKills({
  storage,
  ordered: true,
  servers: 1,
  ...sizeOf({ events: 4_000, kills: 10 }, { events: 10_000, kills: 50 }),
});
