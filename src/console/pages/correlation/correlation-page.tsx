import type { JSX } from 'preact';
import { typeText, type RecordedEvent } from '../../api/events.js';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';
import { Empty } from '../../parts/empty.js';
import { Problem } from '../../parts/problem.js';
import { durationText, preciseTime } from '../../parts/time-text.js';
import { previewOf } from '../stream/event-row.js';
import { useCorrelation } from './use-correlation.js';

interface CorrelationPageProps {
  readonly correlationId: string;
  /** Where somebody came from. */
  readonly stream: string;
}

/** What goes back to one call: its events in all streams, in the order in which they were written. */
export function CorrelationPage({ correlationId, stream }: CorrelationPageProps): JSX.Element {
  const { found, done, error, limitedTo, stop } = useCorrelation(correlationId, stream);
  const [first] = found;
  return (
    <>
      <header class="head">
        <h1>Correlation</h1>
        <p>
          <code>{correlationId}</code>
        </p>
      </header>
      <div class="bar" role="status">
        {done ? (
          <span>{found.length.toLocaleString()} events, all that can be reached.</span>
        ) : (
          <>
            <span>
              {found.length.toLocaleString()} events so far: the store is read from its start.
            </span>
            <button type="button" onClick={stop}>
              Stop
            </button>
          </>
        )}
      </div>
      {limitedTo !== undefined && (
        <p class="quiet">
          This storage does not order all events: the first {limitedTo} types are searched.
        </p>
      )}
      {error !== undefined && <Problem error={error} />}
      {done && found.length === 0 && (
        <Empty title="No event has this correlation id">
          <p>
            Events carry it in their metadata, as <code>correlationId</code>. The client sets it for
            what a handler appends.
          </p>
        </Empty>
      )}
      <ol class="list" aria-label="Events of this correlation">
        {found.map((event) => (
          <li key={`${event.streamId} ${String(event.version)}`}>
            <Link to={addressOf(['streams', event.stream, event.version])} class="event-row">
              <strong class="name">{typeText(event)}</strong>
              <span class="name">
                {event.stream} <span class="quiet">{event.version}</span>
              </span>
              <time class="quiet" dateTime={new Date(event.savetimeMs).toISOString()}>
                {first === event
                  ? preciseTime(event.savetimeMs)
                  : `+ ${durationText(sinceOf(event, first))}`}
              </time>
              <span class="preview">{causeOf(event, found) ?? previewOf(event.content)}</span>
            </Link>
          </li>
        ))}
      </ol>
    </>
  );
}

function sinceOf(event: RecordedEvent, first: RecordedEvent | undefined): number {
  return event.savetimeMs - (first?.savetimeMs ?? event.savetimeMs);
}

/** Which of them caused it. */
function causeOf({ metadata }: RecordedEvent, found: readonly RecordedEvent[]): string | undefined {
  const { causationId } = metadata;
  if (causationId === undefined) return undefined;
  const cause = found.find(({ eventId }) => eventId === causationId);
  return cause === undefined
    ? `caused by ${causationId}`
    : `caused by ${typeText(cause)} in ${cause.stream}, version ${String(cause.version)}`;
}
