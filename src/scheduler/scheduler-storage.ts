import { AppError } from '../core/index.js';
import type { Components } from '../runtime/index.js';
import type { Documents, TimedEvents } from '../storage/index.js';

/** What the scheduler keeps, of a backend. */
export interface SchedulerStorage {
  readonly timedEvents: TimedEvents;
  readonly documents: Documents;
}

/** What one call of a use case, or one turn of a task, has to work with. */
export interface SchedulerTools extends SchedulerStorage {
  readonly components: Components;
  readonly signal: AbortSignal;
}

export interface ReadyParts<Storage> {
  /** Undefined until the storage is open. */
  readonly storage: () => Storage | undefined;
  /** False while the scheduler cannot serve, for example when the clock cannot be trusted. */
  readonly ready: () => boolean;
}

/** NOT_READY. */
export function requireReady<Storage>({ storage, ready }: ReadyParts<Storage>): Storage {
  const opened = storage();
  if (opened === undefined) throw new AppError('NOT_READY', 'the storage is not open yet');
  if (!ready()) throw new AppError('NOT_READY', 'the scheduler cannot serve now');
  return opened;
}
