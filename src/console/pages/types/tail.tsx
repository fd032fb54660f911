import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { typeText, type EventType, type RecordedEvent } from '../../api/events.js';
import { useConsole } from '../../app/console-context.js';
import { follow } from '../../app/follow.js';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';
import { Problem } from '../../parts/problem.js';
import { preciseTime } from '../../parts/time-text.js';
import { WindowList } from '../../parts/window-list.js';
import { previewOf } from '../stream/event-row.js';
import { holds, TailBuffer } from './tail-buffer.js';

const ROW_PX = 44;

/** The events of some types as they come, newest first. */
export function Tail({ types }: { readonly types: readonly EventType[] }): JSX.Element {
  const { events } = useConsole();
  const buffer = useMemo(() => new TailBuffer(), []);
  const [paused, setPaused] = useState(false);
  const [filter, setFilter] = useState('');
  const [marked, setMarked] = useState('');
  const [error, setError] = useState<Error | undefined>(undefined);
  const [shown, setShown] = useState<readonly RecordedEvent[]>([]);
  const [seen, setSeen] = useState(0);
  const wanted = useRef({ paused, filter });
  wanted.current = { paused, filter };
  const draw = useFrames(() => {
    setSeen(buffer.seen);
    if (!wanted.current.paused) setShown(buffer.matching(wanted.current.filter));
  });
  useEffect(() => {
    if (types.length === 0) return undefined;
    const over = new AbortController();
    const query = { types, cursor: '', from: 'now' } as const;
    const onEvents = (batch: readonly RecordedEvent[]): void => {
      buffer.add(batch);
      draw();
    };
    void follow(events, query, { onEvents, onTrouble: setError }, over.signal);
    return () => over.abort();
  }, []);
  useEffect(draw, [paused, filter]);
  const clear = (): void => {
    buffer.clear();
    setShown([]);
    setSeen(0);
  };
  const lower = marked.trim().toLowerCase();
  return (
    <section class="card tail" aria-labelledby="tail">
      <h2 id="tail">Live</h2>
      {types.length === 0 ? (
        <p class="quiet">Choose types to see their events as they come.</p>
      ) : (
        <>
          <div class="bar">
            <button type="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
              {paused ? 'Go on' : 'Pause'}
            </button>
            <button type="button" onClick={clear}>
              Clear
            </button>
            <label for="filter">Only with</label>
            <input
              id="filter"
              type="search"
              value={filter}
              onInput={(event) => setFilter(event.currentTarget.value)}
            />
            <label for="mark">Highlight</label>
            <input
              id="mark"
              type="text"
              value={marked}
              onInput={(event) => setMarked(event.currentTarget.value)}
            />
          </div>
          <p class="quiet" role="status">
            {seen.toLocaleString()} events since you follow{paused ? ', paused' : ''}.
          </p>
          {error !== undefined && <Problem error={error} />}
          <WindowList
            label="Events as they come"
            count={shown.length}
            rowPx={ROW_PX}
            row={(index) => <TailRow event={shown[index]} marked={lower} />}
          />
        </>
      )}
    </section>
  );
}

interface TailRowProps {
  readonly event: RecordedEvent | undefined;
  /** In lower case; empty: nothing is highlighted. */
  readonly marked: string;
}

function TailRow({ event, marked }: TailRowProps): JSX.Element {
  if (event === undefined) return <span />;
  const isMarked = marked !== '' && holds(event, marked);
  return (
    <Link
      to={addressOf(['streams', event.stream, event.version])}
      class={isMarked ? 'event-row marked' : 'event-row'}
    >
      <strong class="name">{typeText(event)}</strong>
      <span class="name">
        {event.stream} <span class="quiet">{event.version}</span>
      </span>
      <span class="quiet">{preciseTime(event.savetimeMs)}</span>
      <span class="preview">{previewOf(event.content)}</span>
    </Link>
  );
}

/** Runs once a frame at most, however often it is asked for. */
function useFrames(run: () => void): () => void {
  const latest = useRef(run);
  latest.current = run;
  const asked = useRef<number | undefined>(undefined);
  useEffect(() => () => cancelAnimationFrame(asked.current ?? 0), []);
  return useRef(() => {
    asked.current ??= requestAnimationFrame(() => {
      asked.current = undefined;
      latest.current();
    });
  }).current;
}
