import type { JSX } from 'preact';
import { typeText, type RecordedEvent } from '../../api/events.js';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';
import { isoOf, preciseTime } from '../../parts/time-text.js';
import { previewOf } from './event-row.js';

interface EventLinkProps {
  readonly event: RecordedEvent;
  /** Not given: when it was written. */
  readonly time?: string;
  /** Not given: the beginning of its payload. */
  readonly preview?: string | undefined;
  readonly isMarked?: boolean;
}

/** An event of any stream in one line, which leads to it. */
export function EventLink({ event, time, preview, isMarked }: EventLinkProps): JSX.Element {
  const { stream, version, savetimeMs } = event;
  return (
    <Link
      to={addressOf(['streams', stream, version])}
      class={isMarked === true ? 'event-row marked' : 'event-row'}
    >
      <strong class="name">{typeText(event)}</strong>
      <span class="name">
        {stream} <span class="quiet">{version}</span>
      </span>
      <time class="quiet" dateTime={isoOf(savetimeMs)}>
        {time ?? preciseTime(savetimeMs)}
      </time>
      <span class="preview">{preview ?? previewOf(event.content)}</span>
    </Link>
  );
}
