/** Calls that may begin in a second, and that may be under way at once, over all pollers. */
export interface CallLimits {
  readonly ratePerSecond?: number;
  readonly concurrency?: number;
}

export const PRIORITIES = ['low', 'normal', 'high'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What holds for all timed events of an application. Everything has a default. */
export interface ApplicationPolicy extends CallLimits {
  /** There while none of its calls may begin. */
  readonly paused?: { readonly sinceMs: number; readonly note: string };
  /** Its share beside others when calls have to wait for each other. */
  readonly priority: Priority;
  /** So many entries may be PENDING or PROCESSING; not there: any number. */
  readonly pendingMax?: number;
  /** Appended to a stream for each entry that fails for good. */
  readonly failureEvent?: FailureEvent;
}

export interface FailureEvent {
  readonly stream: string;
  readonly type: string;
}

/** What holds for the calls of an application to a destination (as `destinationOf` has it). */
export interface DestinationPolicy extends CallLimits {
  /** There once it has answered 410, until it is enabled again. */
  readonly disabled?: DisabledDestination;
}

export interface DisabledDestination {
  readonly sinceMs: number;
  /** Whose answer it was. */
  readonly eventId: string;
}

export const DEFAULT_APPLICATION_POLICY: ApplicationPolicy = { priority: 'normal' };
