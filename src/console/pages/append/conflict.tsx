import type { JSX } from 'preact';
import type { ApiError } from '../../api/api-error.js';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';

interface ConflictProps {
  /** VERSION_CONFLICT. */
  readonly error: ApiError;
  readonly stream: string;
  readonly onTake: (currentVersion: string) => void;
}

/** Somebody else was first: says where the stream stands now. */
export function Conflict({ error, stream, onTake }: ConflictProps): JSX.Element {
  const current = error.details['current_version'] ?? '';
  return (
    <div class="problem" role="alert">
      <p>
        <strong>Conflict: the stream is at version {current}.</strong> Nothing was written.
      </p>
      <p>Read what has come, then decide whether your event still holds.</p>
      <div class="bar">
        <Link to={addressOf(['streams', stream, current])}>See version {current}</Link>
        <button type="button" onClick={() => onTake(current)}>
          Expect version {current}
        </button>
      </div>
    </div>
  );
}
