import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { StreamState } from '../../api/events.js';
import { useConsole } from '../../app/console-context.js';
import { Link } from '../../app/link.js';
import { addressOf, goTo } from '../../app/path.js';
import { useEvery } from '../../app/use-every.js';
import { useLoaded } from '../../app/use-loaded.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Empty } from '../../parts/empty.js';
import { countText } from '../../parts/number-text.js';
import { Problem } from '../../parts/problem.js';
import { TimeText } from '../../parts/time-text.js';
import { WindowList } from '../../parts/window-list.js';
import { EventCache } from './event-cache.js';
import { EventDetail } from './event-detail.js';
import { EventRow } from './event-row.js';
import { JumpToVersion } from './jump-to-version.js';

const ROW_PX = 44;
/** How often it is looked whether the stream has grown. */
const LOOK_MS = 3_000;

interface StreamPageProps {
  readonly stream: string;
  /** The event that the address names. */
  readonly version: number | undefined;
}

/** The events of a stream, and one of them. */
export function StreamPage({ stream, version }: StreamPageProps): JSX.Element {
  const { events } = useConsole();
  const state = useLoaded(`stream ${stream}`, (signal) => events.streamState(stream, signal));
  useEvery(LOOK_MS, state.look);
  const { value, error } = state;
  return (
    <>
      <StreamHead stream={stream} state={value} />
      {error !== undefined && <Problem error={error} onRetry={state.reload} />}
      {value === undefined && error === undefined && <p role="status">Loading…</p>}
      {value?.currentVersion === 0 && (
        <Empty title="There is no such stream">
          <p>
            Nothing has been appended to it. Names are told apart by case; a UUID opens any stream.
          </p>
          <p>
            <Link to={addressOf(['append'], { stream })}>Append its first event</Link>
          </p>
        </Empty>
      )}
      {value !== undefined && value.currentVersion > 0 && (
        <Timeline stream={stream} currentVersion={value.currentVersion} version={version} />
      )}
    </>
  );
}

function StreamHead({
  stream,
  state,
}: {
  stream: string;
  state: StreamState | undefined;
}): JSX.Element {
  return (
    <header class="head">
      <h1 class="name">{stream}</h1>
      <p class="quiet">
        {state !== undefined && state.currentVersion > 0 && (
          <>
            {countText(state.currentVersion, 'event')}
            {state.firstSavetimeMs !== undefined && (
              <>
                {' '}
                since <TimeText atMs={state.firstSavetimeMs} />
              </>
            )}
            {state.lastSavetimeMs !== undefined && (
              <>
                , the last on <TimeText atMs={state.lastSavetimeMs} />
              </>
            )}
          </>
        )}
        {state !== undefined && state.streamId !== stream && (
          <>
            {' · '}
            <code>{state.streamId}</code>{' '}
            <CopyButton text={state.streamId} what="the stream’s UUID" />
          </>
        )}
      </p>
    </header>
  );
}

interface TimelineProps {
  readonly stream: string;
  readonly currentVersion: number;
  readonly version: number | undefined;
}

function Timeline({ stream, currentVersion, version }: TimelineProps): JSX.Element {
  const { events } = useConsole();
  const [newestFirst, setNewestFirst] = useState(true);
  const [, setTurn] = useState(0);
  const cache = useMemo(
    () => new EventCache(events, stream, () => setTurn((turn) => turn + 1)),
    [events, stream],
  );
  useEffect(() => () => cache.close(), [cache]);
  useEvery(LOOK_MS, () => cache.again());
  /** Both ways round. */
  const turned = (place: number): number => (newestFirst ? currentVersion - place : place + 1);
  const indexOf = (of: number): number => (newestFirst ? currentVersion - of : of - 1);
  const choose = (of: number): void => goTo(addressOf(['streams', stream, of]), 'replace');
  const known = version !== undefined && version <= currentVersion ? version : undefined;
  const chosen = known === undefined ? undefined : cache.event(known);
  return (
    <>
      <div class="bar">
        <button
          type="button"
          aria-pressed={newestFirst}
          onClick={() => setNewestFirst(!newestFirst)}
        >
          {newestFirst ? 'Newest first' : 'Oldest first'}
        </button>
        <JumpToVersion currentVersion={currentVersion} onJump={choose} />
        <Link to={addressOf(['append'], { stream })}>Append…</Link>
      </div>
      {version !== undefined && known === undefined && (
        <p class="error" role="alert">
          Version {version} is not there: the stream ends at {currentVersion}.
        </p>
      )}
      {cache.error !== undefined && <Problem error={cache.error} />}
      <div class={known === undefined ? 'split' : 'split open'}>
        <WindowList
          label={`Events of ${stream}`}
          count={currentVersion}
          rowPx={ROW_PX}
          keyOf={turned}
          growsAtTop={newestFirst}
          target={known === undefined ? undefined : indexOf(known)}
          chosen={known === undefined ? undefined : indexOf(known)}
          onChoose={(index) => choose(turned(index))}
          onWindow={(first, last) => {
            const [one, other] = [turned(first), turned(last)];
            cache.want(Math.min(one, other), Math.max(one, other), currentVersion);
          }}
          row={(index) => {
            const of = turned(index);
            const address = addressOf(['streams', stream, of]);
            return (
              <EventRow
                version={of}
                event={cache.event(of)}
                address={address}
                current={of === known}
              />
            );
          }}
        />
        {chosen !== undefined && (
          <EventDetail
            key={chosen.version}
            event={chosen}
            currentVersion={currentVersion}
            onClose={() => goTo(addressOf(['streams', stream]), 'replace')}
          />
        )}
      </div>
    </>
  );
}
