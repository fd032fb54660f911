import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { EventType, RecordedEvent } from '../../api/events.js';
import { useConsole } from '../../app/console-context.js';
import { follow } from '../../app/follow.js';
import { useEvery } from '../../app/use-every.js';
import { useFrames } from '../../app/use-frames.js';
import { TailBuffer } from './tail-buffer.js';
import { TextSearch } from './text-search.js';

/** Screen readers say the count each time it changes. */
const COUNT_MS = 1_000;

export interface TailState {
  /** Newest first, of those that hold the text. */
  readonly shown: readonly RecordedEvent[];
  /** How many have come, as of a moment ago. */
  readonly seen: number;
  readonly paused: boolean;
  readonly error: Error | undefined;
  readonly pause: (on: boolean) => void;
  readonly clear: () => void;
}

/** The events of some types as they come, of which those are shown that hold a text. */
export function useTail(types: readonly EventType[], text: string): TailState {
  const { events } = useConsole();
  const buffer = useMemo(() => new TailBuffer(), []);
  const search = useMemo(() => new TextSearch(), []);
  // while it is paused, what there was then can be searched, though the buffer goes on
  const [held, setHeld] = useState<readonly RecordedEvent[] | undefined>(undefined);
  const [shown, setShown] = useState<readonly RecordedEvent[]>([]);
  const [seen, setSeen] = useState(0);
  const [error, setError] = useState<Error | undefined>(undefined);
  const paused = held !== undefined;
  const isPaused = useRef(paused);
  isPaused.current = paused;
  const draw = useFrames(() => setShown(search.in(held ?? buffer.latest(), text)));
  useEffect(draw, [held, text]);
  useEvery(COUNT_MS, () => setSeen(buffer.seen));
  useEffect(() => {
    if (types.length === 0) return undefined;
    const over = new AbortController();
    const query = { types, cursor: '', from: 'now' } as const;
    const onEvents = (batch: readonly RecordedEvent[]): void => {
      buffer.add(batch);
      if (!isPaused.current) draw();
    };
    void follow(events, query, { onEvents, onTrouble: setError }, over.signal);
    return () => over.abort();
  }, []);
  const clear = (): void => {
    buffer.clear();
    if (paused) setHeld([]);
    setShown([]);
    setSeen(0);
  };
  const pause = (on: boolean): void => setHeld(on ? buffer.latest() : undefined);
  return { shown, seen, paused, error, pause, clear };
}
