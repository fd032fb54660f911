import type { JSX } from 'preact';
import { typeText, type RecordedEvent } from '../../api/events.js';
import { Empty } from '../../parts/empty.js';
import { countText } from '../../parts/number-text.js';
import { Problem } from '../../parts/problem.js';
import { durationText } from '../../parts/time-text.js';
import { WindowList } from '../../parts/window-list.js';
import { EventLink } from '../stream/event-link.js';
import { useCorrelation } from './use-correlation.js';

const ROW_PX = 44;

interface CorrelationPageProps {
  readonly correlationId: string;
  /** Where somebody came from; empty: from elsewhere. */
  readonly stream: string;
}

/** What goes back to one call: its events in all streams, in the order they were written in. */
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
              const laterMs = event.savetimeMs - first.savetimeMs;
              return (
                <EventLink
                  event={event}
                  preview={causeText(event, found.causeOf(event))}
                  {...(event === first ? {} : { time: `+ ${durationText(laterMs)}` })}
                />
              );
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
