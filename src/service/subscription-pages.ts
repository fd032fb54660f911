import type { RecordedEvent, SubscriptionCursor } from '../core/index.js';
import type { AppendNotice, NoticeInterest } from './append-notices.js';
import type { SubscriptionStart } from './subscription.js';

export interface SubscriptionPage<Cursor extends SubscriptionCursor> {
  readonly events: readonly RecordedEvent[];
  /** The one that was asked for when the page is empty. */
  readonly next: Cursor;
  readonly caughtUp: boolean;
  /** Not caught up, but about to be: the rest is not visible yet. */
  readonly more?: boolean;
}

/** Where the events of a subscription come from. Reads throw what the port does. */
export interface SubscriptionPages<Cursor extends SubscriptionCursor> {
  /** Throws CURSOR_INVALID for a cursor of something else. */
  begin(start: SubscriptionStart): Promise<Cursor>;
  read(after: Cursor, signal: AbortSignal): Promise<SubscriptionPage<Cursor>>;
  /** Which appends bring events to it. Another object after a read that changed it. */
  readonly interest: NoticeInterest;
  /** Whether it is worth to read, or to look names up, after that one. */
  concerns(notice: AppendNotice): boolean;
}
