import { useEffect, useState } from 'preact/hooks';

/** Where the page is served. */
const BASE = '/console';

// browsers take such parts out of a path; no encoded part has a $, so with it they are kept
const DOTS = /^\.\.?$/;
const DOTS_KEPT = /^\$(\.\.?)$/;

/** Where somebody is: the parts of the path below the console, and what follows `?`. */
export interface Place {
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

const listeners = new Set<() => void>();

export function placeNow(): Place {
  const { pathname, search } = globalThis.location;
  const below = pathname.startsWith(BASE) ? pathname.slice(BASE.length) : pathname;
  const parts = below
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  return { parts, query: new URLSearchParams(search) };
}

function decoded(part: string): string {
  const dots = DOTS_KEPT.exec(part)?.[1];
  if (dots !== undefined) return dots;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function encoded(part: string | number): string {
  const text = encodeURIComponent(part);
  return DOTS.test(text) ? `$${text}` : text;
}

/** The address of a page. Parts may hold any characters; empty values of the query are left out. */
export function addressOf(
  parts: readonly (string | number)[],
  query: Readonly<Record<string, string>> = {},
): string {
  const path = [BASE, ...parts.map(encoded)].join('/');
  const pairs = Object.entries(query).filter(([, value]) => value !== '');
  const search = pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
  return `${parts.length === 0 ? `${BASE}/` : path}${search}`;
}

/** Goes to a page of the console without loading it anew. */
export function goTo(address: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') globalThis.history.pushState(undefined, '', address);
  else globalThis.history.replaceState(undefined, '', address);
  for (const listener of [...listeners]) listener();
}

/** Where somebody is, kept up to date. */
export function usePlace(): Place {
  const [place, setPlace] = useState(placeNow);
  useEffect(() => {
    const look = (): void => setPlace(placeNow());
    listeners.add(look);
    globalThis.addEventListener('popstate', look);
    return () => {
      listeners.delete(look);
      globalThis.removeEventListener('popstate', look);
    };
  }, []);
  return place;
}
