import { useEffect, useRef, useState } from 'preact/hooks';
import { asError } from '../api/as-error.js';
import type { Page } from '../api/page.js';
import { isUnderWay } from './under-way.js';
import { useEvery } from './use-every.js';
import { useRetry } from './use-retry.js';

/** How often it is looked whether an empty list has got its first item. */
const EMPTY_MS = 5_000;

export interface Pages<Item> {
  /** Undefined until the first page is there. */
  readonly items: readonly Item[] | undefined;
  readonly nextPageToken: string;
  /** A further page is under way. */
  readonly loadingMore: boolean;
  /** Why the last fetch failed; it stays until the next one has ended. */
  readonly error: Error | undefined;
  readonly more: () => void;
  /** Fetches the first page anew; what there was stays until it is there. */
  readonly reload: () => void;
  /** As `reload`, unless a fetch is under way: for looking every so often. */
  readonly look: () => void;
}

type Load<Item> = (pageToken: string, signal: AbortSignal) => Promise<Page<Item>>;

interface State<Item> {
  readonly key: string;
  readonly items: readonly Item[] | undefined;
  readonly nextPageToken: string;
  readonly loading: boolean;
  readonly error: Error | undefined;
  /** The token of the page that was asked for last. */
  readonly asked: string;
}

/** A list that is fetched page by page; `key` names all that `load` depends on. */
export function usePages<Item>(key: string, load: Load<Item>): Pages<Item> {
  const [state, setState] = useState<State<Item>>(() => begun<Item>(key));
  const latest = useRef({ key, load });
  latest.current = { key, load };
  const over = useRef(new AbortController());
  const beganMs = useRef<number | undefined>(undefined);
  const fetchPage = (asked: string, before: readonly Item[]): void => {
    const { key: of, load: loadPage } = latest.current;
    over.current.abort();
    over.current = new AbortController();
    const { signal } = over.current;
    beganMs.current = Date.now();
    setState((it) => ({ ...(it.key === of ? it : begun<Item>(of)), loading: true, asked }));
    const end = (result: Pick<State<Item>, 'error'> & Partial<State<Item>>): void => {
      if (signal.aborted) return;
      beganMs.current = undefined;
      setState((it) => ({ ...it, ...result, loading: false }));
    };
    filledPage(loadPage, asked, signal).then(
      ({ items, nextPageToken }) =>
        end({ items: [...before, ...items], nextPageToken, error: undefined }),
      (cause: unknown) => end({ error: asError(cause) }),
    );
  };
  useEffect(() => {
    fetchPage('', []);
    return () => over.current.abort();
  }, [key]);
  const current = state.key === key ? state : begun<Item>(key);
  const { items, nextPageToken, loading, error, asked } = current;
  const more = (): void => fetchPage(nextPageToken, items ?? []);
  const reload = (): void => fetchPage('', []);
  const look = (): void => {
    if (!isUnderWay(beganMs.current)) reload();
  };
  useRetry(error, () => {
    if (!isUnderWay(beganMs.current)) (asked === '' ? reload : more)();
  });
  useEvery(EMPTY_MS, () => {
    if (items?.length === 0) look();
  });
  return { items, nextPageToken, loadingMore: loading && asked !== '', error, more, reload, look };
}

function begun<Item>(key: string): State<Item> {
  return { key, items: undefined, nextPageToken: '', loading: true, error: undefined, asked: '' };
}

/** The page, or the next one with items: one before the last may be empty. */
async function filledPage<Item>(
  load: Load<Item>,
  pageToken: string,
  signal: AbortSignal,
): Promise<Page<Item>> {
  let page = await load(pageToken, signal);
  while (page.items.length === 0 && page.nextPageToken !== '' && !signal.aborted) {
    page = await load(page.nextPageToken, signal);
  }
  return page;
}
