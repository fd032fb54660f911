import type { JSX } from 'preact';
import { adviceOn, ApiError } from '../api/api-error.js';

interface ProblemProps {
  readonly error: Error;
  readonly onRetry?: (() => void) | undefined;
}

/** What went wrong, and what to do about it. */
export function Problem({ error, onRetry }: ProblemProps): JSX.Element {
  const advice = error instanceof ApiError ? adviceOn(error) : undefined;
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{error.message}</strong>
        {error instanceof ApiError && <code class="code">{error.code}</code>}
      </p>
      {advice !== undefined && <p>{advice}</p>}
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
