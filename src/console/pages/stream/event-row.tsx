import type { JSX } from 'preact';
import { typeText, type EventContent, type RecordedEvent } from '../../api/events.js';
import { Link } from '../../app/link.js';
import { isoOf, preciseTime } from '../../parts/time-text.js';

const PREVIEW_CHARACTERS = 160;

interface EventRowProps {
  readonly version: number;
  /** Undefined: it is still fetched. */
  readonly event: RecordedEvent | undefined;
  readonly address: string;
  readonly current: boolean;
}

/** An event in one line. */
export function EventRow({ version, event, address, current }: EventRowProps): JSX.Element {
  return (
    <Link to={address} class={current ? 'event-row chosen' : 'event-row'} current={current}>
      <span class="number version">{version}</span>
      {event === undefined ? (
        <span class="quiet">…</span>
      ) : (
        <>
          <strong class="name">{typeText(event)}</strong>
          <time class="quiet" dateTime={isoOf(event.savetimeMs)}>
            {preciseTime(event.savetimeMs)}
          </time>
          <span class="preview">{previewOf(event.content)}</span>
        </>
      )}
    </Link>
  );
}

export function previewOf(content: EventContent): string {
  if (content.kind === 'json') return content.text.slice(0, PREVIEW_CHARACTERS);
  const padding = content.base64.endsWith('==') ? 2 : content.base64.endsWith('=') ? 1 : 0;
  return `${String((content.base64.length / 4) * 3 - padding)} bytes`;
}
