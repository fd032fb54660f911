import type { JSX } from 'preact';
import { typeText, type RecordedEvent } from '../../api/events.js';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';
import { ContentView } from '../../parts/content-view.js';
import { CopyButton } from '../../parts/copy-button.js';
import { TimeText } from '../../parts/time-text.js';

interface EventDetailProps {
  readonly event: RecordedEvent;
  readonly currentVersion: number;
  readonly onClose: () => void;
}

/** All that an event says. */
export function EventDetail({ event, currentVersion, onClose }: EventDetailProps): JSX.Element {
  const { stream, version, metadata, content } = event;
  const address = addressOf(['streams', stream, version]);
  const { correlationId } = metadata;
  return (
    <article class="card detail" aria-label={`Event ${String(version)}`}>
      <header class="bar">
        <h2>
          {typeText(event)} <span class="quiet">version {version}</span>
        </h2>
        <CopyButton text={globalThis.location.origin + address} what="a link to this event" />
        <button type="button" class="plain" onClick={onClose}>
          Close
        </button>
      </header>
      <dl class="facts">
        <dt>Written</dt>
        <dd>
          <TimeText atMs={event.savetimeMs} /> <span class="quiet">({event.savetimeMs})</span>
        </dd>
        <dt>Event id</dt>
        <dd>
          <code>{event.eventId === '' ? 'none' : event.eventId}</code>
        </dd>
        <dt>Type</dt>
        <dd>
          {typeText(event)} <span class="quiet">code {event.typeCode}</span>
        </dd>
        <dt>Content type</dt>
        <dd>{event.contentType}</dd>
      </dl>
      <h3>Payload</h3>
      <ContentView content={content} what="payload" />
      <h3>Metadata</h3>
      {Object.keys(metadata).length === 0 ? (
        <p class="quiet">None.</p>
      ) : (
        <ContentView content={{ kind: 'json', text: JSON.stringify(metadata) }} what="metadata" />
      )}
      <footer class="bar">
        {version > 1 && (
          <Link to={diffAddress(stream, version - 1, version)}>Compare with the one before</Link>
        )}
        {version < currentVersion && (
          <Link to={diffAddress(stream, version, version + 1)}>Compare with the next</Link>
        )}
        {correlationId !== undefined && (
          <Link to={addressOf(['correlation', correlationId], { stream })}>
            All of its correlation
          </Link>
        )}
      </footer>
    </article>
  );
}

function diffAddress(stream: string, left: number, right: number): string {
  return addressOf(['streams', stream, 'diff'], { left: String(left), right: String(right) });
}
