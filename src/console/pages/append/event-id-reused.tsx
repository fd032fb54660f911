import type { JSX } from 'preact';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';

interface EventIdReusedProps {
  readonly stream: string;
  readonly onRenew: () => void;
}

/** An earlier try has written its event, though its answer was lost, and the form has changed. */
export function EventIdReused({ stream, onRenew }: EventIdReusedProps): JSX.Element {
  return (
    <div class="problem" role="alert">
      <p>
        <strong>An earlier try has been written, with other content.</strong>
        <code class="code">EVENT_ID_REUSED</code>
      </p>
      <p>
        Its answer was lost. What the form says now was not written: see the stream, then decide
        whether it is to be written, too.
      </p>
      <div class="bar">
        <Link to={addressOf(['streams', stream])}>See the stream</Link>
        <button type="button" onClick={onRenew}>
          Take a new event id
        </button>
      </div>
    </div>
  );
}
