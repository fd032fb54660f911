import type { JSX } from 'preact';
import { typeText, type RecordedEvent } from '../../api/events.js';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';
import { Empty } from '../../parts/empty.js';
import { countText } from '../../parts/number-text.js';
import { Problem } from '../../parts/problem.js';
import { durationText, isoOf, preciseTime } from '../../parts/time-text.js';
import { WindowList } from '../../parts/window-list.js';
import { previewOf } from '../stream/event-row.js';
import { useCorrelation } from './use-correlation.js';

const ROW_PX = 44;

interface CorrelationPageProps {
  readonly correlationId: string;
  /** Where somebody came from; empty: from elsewhere. */
  readonly stream: string;
}

/** What goes back to one call: its events in all streams, in the order in which they were written. */
export function CorrelationPage({ correlationId, stream }: CorrelationPageProps): JSX.Element {
  const { events, found, state, followed, error, stop } = useCorrelation(correlationId, stream);
  const [first] = events;
  return (
    <>
      <header class="head">
        <h1>Correlation</h1>
        <p>
          <code>{correlationId}</code>
        </p>
      </header>
      <div class="bar" role="status">
        <span>
          {countText(events.length, 'event')}
          {SAID[state]}
        </span>
        {state === 'searching' && (
          <button type="button" onClick={stop}>
            Stop
          </button>
        )}
      </div>
      {!followed && (
        <p class="quiet">
          This storage does not order all events, and there are more types than can be followed at
          once: what is written from now on is not shown.
        </p>
      )}
      {error !== undefined && <Problem error={error} />}
      {state === 'done' && events.length === 0 && (
        <Empty title="No event has this correlation id">
          <p>
            Events carry it in their metadata, as <code>correlationId</code>. The client sets it for
            what a handler appends.
          </p>
        </Empty>
      )}
      {first !== undefined && (
        <div class="tail">
          <WindowList
            label="Events of this correlation"
            count={events.length}
            rowPx={ROW_PX}
            row={(index) => {
              const event = events[index];
              if (event === undefined) return <span />;
              return <FoundRow {...{ event, first }} cause={found.causeOf(event)} />;
            }}
          />
        </div>
      )}
    </>
  );
}

const SAID = {
  searching: ' so far: the store is read from its start.',
  done: ', all that can be reached.',
  stopped: ' until it was stopped.',
} as const;

interface FoundRowProps {
  readonly event: RecordedEvent;
  readonly first: RecordedEvent;
  /** When it is among what was found. */
  readonly cause: RecordedEvent | undefined;
}

function FoundRow({ event, first, cause }: FoundRowProps): JSX.Element {
  const { stream, version, savetimeMs } = event;
  return (
    <Link to={addressOf(['streams', stream, version])} class="event-row">
      <strong class="name">{typeText(event)}</strong>
      <span class="name">
        {stream} <span class="quiet">{version}</span>
      </span>
      <time class="quiet" dateTime={isoOf(savetimeMs)}>
        {first === event
          ? preciseTime(savetimeMs)
          : `+ ${durationText(savetimeMs - first.savetimeMs)}`}
      </time>
      <span class="preview">{causeText(event, cause) ?? previewOf(event.content)}</span>
    </Link>
  );
}

/** Undefined: it names no cause. */
function causeText(
  { metadata: { causationId } }: RecordedEvent,
  cause: RecordedEvent | undefined,
): string | undefined {
  if (causationId === undefined) return undefined;
  return cause === undefined
    ? `caused by ${causationId}`
    : `caused by ${typeText(cause)} in ${cause.stream}, version ${String(cause.version)}`;
}
