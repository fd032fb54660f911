import type { JSX } from 'preact';

interface MoreProps {
  readonly nextPageToken: string;
  readonly loading: boolean;
  readonly onMore: () => void;
}

/** The end of a list that goes on. */
export function More({ nextPageToken, loading, onMore }: MoreProps): JSX.Element | null {
  if (nextPageToken === '') return null;
  return (
    <button type="button" onClick={onMore} disabled={loading}>
      {loading ? 'Loading…' : 'More'}
    </button>
  );
}
