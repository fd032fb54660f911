export {
  createScheduler,
  DEFAULT_RETENTION_MS,
  DEFAULT_TIMEOUT_MS,
  type SchedulerParts,
} from './create-scheduler.js';
export type * from './dispatcher.js';
export type { GateLimits } from './gate.js';
export { DEFAULT_POLLER_SETTINGS, type PollerSettings } from './poller-settings.js';
export type { PollerStats } from './poller-stats.js';
export { Poller, type PollerParts } from './poller.js';
export type * from './scheduler.js';
