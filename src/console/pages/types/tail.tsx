import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { EventType } from '../../api/events.js';
import { Field } from '../../parts/field.js';
import { countText } from '../../parts/number-text.js';
import { Problem } from '../../parts/problem.js';
import { WindowList } from '../../parts/window-list.js';
import { EventLink } from '../stream/event-link.js';
import { TextSearch } from './text-search.js';
import { useTail } from './use-tail.js';

const ROW_PX = 44;

/** The events of some types as they come, newest first. */
export function Tail({ types }: { readonly types: readonly EventType[] }): JSX.Element {
  const [filter, setFilter] = useState('');
  const [marked, setMarked] = useState('');
  const { shown, seen, paused, error, pause, clear } = useTail(types, filter);
  const marks = useMemo(() => new TextSearch(), []);
  return (
    <section class="card tail" aria-labelledby="tail">
      <h2 id="tail">Live</h2>
      {types.length === 0 ? (
        <p class="quiet">Choose types to see their events as they come.</p>
      ) : (
        <>
          <div class="bar">
            <button type="button" aria-pressed={paused} onClick={() => pause(!paused)}>
              {paused ? 'Go on' : 'Pause'}
            </button>
            <button type="button" onClick={clear}>
              Clear
            </button>
            <Field id="filter" label="Only with" type="search" value={filter} onValue={setFilter} />
            <Field id="mark" label="Highlight" type="text" value={marked} onValue={setMarked} />
          </div>
          <p class="quiet" role="status">
            {countText(seen, 'event')} since you follow{paused ? ', paused' : ''}.
          </p>
          {error !== undefined && <Problem error={error} />}
          <WindowList
            label="Events as they come"
            count={shown.length}
            rowPx={ROW_PX}
            row={(index) => {
              const event = shown[index];
              if (event === undefined) return <span />;
              return <EventLink event={event} isMarked={marks.holds(event, marked)} />;
            }}
          />
        </>
      )}
    </section>
  );
}
