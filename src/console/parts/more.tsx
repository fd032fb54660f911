import type { JSX } from 'preact';

interface MoreProps {
  readonly nextPageToken: string;
  readonly loadingMore: boolean;
  readonly onMore: () => void;
}

/** The end of a list that goes on. */
export function More({ nextPageToken, loadingMore, onMore }: MoreProps): JSX.Element | null {
  if (nextPageToken === '') return null;
  // a button that is disabled would lose the focus
  return (
    <button
      type="button"
      onClick={loadingMore ? undefined : onMore}
      aria-disabled={loadingMore}
      aria-busy={loadingMore}
    >
      {loadingMore ? 'Loading…' : 'More'}
    </button>
  );
}
