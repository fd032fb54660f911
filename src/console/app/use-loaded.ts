import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asError } from '../api/as-error.js';
import { isUnderWay } from './under-way.js';
import { useRetry } from './use-retry.js';

/** What is being fetched. While it is fetched anew, what there was stays. */
export interface Loaded<Value> {
  readonly value: Value | undefined;
  /** Why the last fetch failed; it stays until the next one has ended. */
  readonly error: Error | undefined;
  readonly loading: boolean;
  /** Fetches anew, also when a fetch is under way: its answer may be older than a change. */
  readonly reload: () => void;
  /** Fetches anew unless a fetch is under way: for looking every so often. */
  readonly look: () => void;
}

interface State<Value> {
  readonly key: string;
  readonly value: Value | undefined;
  readonly error: Error | undefined;
  readonly loading: boolean;
}

/**
 * Fetches when `key` changes, which names all that `load` depends on, and on `reload`. Of an answer
 * that comes after the key has changed nothing is shown.
 */
export function useLoaded<Value>(
  key: string,
  load: (signal: AbortSignal) => Promise<Value>,
): Loaded<Value> {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<State<Value>>(() => begun<Value>(key));
  const beganMs = useRef<number | undefined>(undefined);
  useEffect(() => {
    const over = new AbortController();
    beganMs.current = Date.now();
    setState((before) => (before.key === key ? { ...before, loading: true } : begun(key)));
    const end = (result: Pick<State<Value>, 'error'> & Partial<State<Value>>): void => {
      if (over.signal.aborted) return;
      beganMs.current = undefined;
      setState((before) => ({ ...before, ...result, loading: false }));
    };
    load(over.signal).then(
      (value) => end({ value, error: undefined }),
      (cause: unknown) => end({ error: asError(cause) }),
    );
    return () => over.abort();
  }, [key, turn]);
  const reload = useCallback(() => setTurn((it) => it + 1), []);
  const look = useCallback(() => {
    if (!isUnderWay(beganMs.current)) reload();
  }, []);
  const { value, error, loading } = state.key === key ? state : begun<Value>(key);
  useRetry(error, look);
  return { value, error, loading, reload, look };
}

function begun<Value>(key: string): State<Value> {
  return { key, value: undefined, error: undefined, loading: true };
}
