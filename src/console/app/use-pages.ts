import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Page } from '../api/events.js';

export interface Pages<Item> {
  /** Undefined until the first page is there. */
  readonly items: readonly Item[] | undefined;
  readonly nextPageToken: string;
  readonly loading: boolean;
  readonly error: Error | undefined;
  readonly more: () => void;
  readonly reload: () => void;
}

interface State<Item> {
  readonly items: readonly Item[] | undefined;
  readonly nextPageToken: string;
  readonly loading: boolean;
  readonly error: Error | undefined;
}

const NOTHING = { items: undefined, nextPageToken: '', loading: true, error: undefined };

/** A list that is fetched page by page; `key` names all that `load` depends on. */
export function usePages<Item>(
  key: string,
  load: (pageToken: string, signal: AbortSignal) => Promise<Page<Item>>,
): Pages<Item> {
  const [state, setState] = useState<State<Item>>(NOTHING);
  const [turn, setTurn] = useState(0);
  const over = useRef(new AbortController());
  const fetchPage = useCallback(
    async (pageToken: string, before: readonly Item[]): Promise<void> => {
      const { signal } = over.current;
      setState((it) => ({ ...it, loading: true, error: undefined }));
      try {
        const page = await load(pageToken, signal);
        if (signal.aborted) return;
        const items = [...before, ...page.items];
        // a page may be empty before the last
        if (page.items.length === 0 && page.nextPageToken !== '') {
          await fetchPage(page.nextPageToken, items);
          return;
        }
        setState({ items, nextPageToken: page.nextPageToken, loading: false, error: undefined });
      } catch (cause) {
        if (signal.aborted) return;
        const error = cause instanceof Error ? cause : new Error(String(cause));
        setState((it) => ({ ...it, loading: false, error }));
      }
    },
    [key],
  );
  useEffect(() => {
    over.current = new AbortController();
    setState((it) => ({ ...NOTHING, items: turn === 0 ? undefined : it.items }));
    void fetchPage('', []);
    return () => over.current.abort();
  }, [key, turn]);
  const { items, nextPageToken } = state;
  return {
    ...state,
    more: () => void fetchPage(nextPageToken, items ?? []),
    reload: () => setTurn((it) => it + 1),
  };
}
