import { useCallback, useEffect, useState } from 'preact/hooks';

/** What is being fetched. While it is fetched anew, what there was stays. */
export interface Loaded<Value> {
  readonly value: Value | undefined;
  readonly error: Error | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
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
  const [state, setState] = useState<State<Value>>(() => begun<Value>(key, undefined));
  useEffect(() => {
    const over = new AbortController();
    setState((before) => begun(key, before.key === key ? before.value : undefined));
    load(over.signal).then(
      (value) => {
        if (!over.signal.aborted) setState({ key, value, error: undefined, loading: false });
      },
      (cause: unknown) => {
        if (over.signal.aborted) return;
        const error = cause instanceof Error ? cause : new Error(String(cause));
        setState((before) => ({ ...before, error, loading: false }));
      },
    );
    return () => over.abort();
  }, [key, turn]);
  const reload = useCallback(() => setTurn((it) => it + 1), []);
  const current = state.key === key ? state : begun<Value>(key, undefined);
  return { value: current.value, error: current.error, loading: current.loading, reload };
}

function begun<Value>(key: string, value: Value | undefined): State<Value> {
  return { key, value, error: undefined, loading: true };
}
