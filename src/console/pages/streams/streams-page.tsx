import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useConsole } from '../../app/console-context.js';
import { Link } from '../../app/link.js';
import { addressOf, goTo } from '../../app/path.js';
import { usePages } from '../../app/use-pages.js';
import { Empty } from '../../parts/empty.js';
import { FIRST_EVENT } from '../../parts/first-event.js';
import { More } from '../../parts/more.js';
import { Problem } from '../../parts/problem.js';
import { SearchForm } from '../../parts/search-form.js';

/** So that not each letter is a call. */
const TYPING_MS = 200;

/** Streams by the beginning of their names; one can also be opened by its name or UUID. */
export function StreamsPage({ prefix }: { readonly prefix: string }): JSX.Element {
  const { events, session } = useConsole();
  const [text, setText] = useState(prefix);
  const own = session.streamPrefixes;
  const isOwn = own === undefined || own.some((it) => prefix.startsWith(it));
  const list = usePages(`streams ${prefix}`, async (pageToken, signal) =>
    isOwn
      ? await events.listStreams({ prefix, pageToken }, signal)
      : { items: [], nextPageToken: '' },
  );
  useEffect(() => setText(prefix), [prefix]);
  useEffect(() => {
    if (text === prefix) return undefined;
    const timer = setTimeout(
      () => goTo(addressOf(['streams'], { prefix: text }), 'replace'),
      TYPING_MS,
    );
    return () => clearTimeout(timer);
  }, [text]);
  const { items, error } = list;
  return (
    <>
      <h1>Streams</h1>
      <SearchForm
        label="Name begins with, or a stream’s name or UUID"
        verb="Open this stream"
        text={text}
        onText={setText}
        onOpen={(name) => goTo(addressOf(['streams', name.trim()]))}
      />
      {error !== undefined && <Problem error={error} onRetry={list.reload} />}
      {items !== undefined && items.length > 0 && (
        <ul class="list" aria-label="Streams">
          {items.map(({ stream, streamId }) => (
            <li key={streamId}>
              <Link to={addressOf(['streams', stream])} class="row">
                <strong class="name">{stream}</strong>
                {stream !== streamId && <code class="quiet">{streamId}</code>}
              </Link>
            </li>
          ))}
        </ul>
      )}
      <More {...list} onMore={list.more} />
      {!isOwn && (
        <p>
          You may see streams whose names begin with{' '}
          {own.map((it, index) => (
            <>
              {index > 0 && ', '}
              <Link to={addressOf(['streams'], { prefix: it })}>{it}</Link>
            </>
          ))}
          .
        </p>
      )}
      {items?.length === 0 && prefix === '' && isOwn && (
        <Empty title="No stream has a name yet" command={FIRST_EVENT}>
          <p>
            Streams with a UUID alone are not listed: open one by its UUID. This makes a stream with
            a name:
          </p>
        </Empty>
      )}
      {items?.length === 0 && prefix !== '' && isOwn && (
        <Empty title={`No stream’s name begins with “${prefix}”`}>
          <p>Enter opens the stream of exactly this name or UUID, whether it is listed or not.</p>
        </Empty>
      )}
      {items === undefined && error === undefined && <p role="status">Loading…</p>}
    </>
  );
}
