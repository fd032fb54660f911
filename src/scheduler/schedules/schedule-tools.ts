import type { Components } from '../../runtime/index.js';
import type { Documents, TimedEvents } from '../../storage/index.js';

export interface ScheduleStorage {
  readonly documents: Documents;
  readonly timedEvents: TimedEvents;
}

/** What one call has to work with. */
export interface ScheduleTools extends ScheduleStorage {
  readonly components: Components;
  readonly signal: AbortSignal;
}
