import { diffLines } from 'diff';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { typeText, type RecordedEvent } from '../../api/events.js';
import { useConsole } from '../../app/console-context.js';
import { Link } from '../../app/link.js';
import { addressOf, goTo } from '../../app/path.js';
import { useLoaded } from '../../app/use-loaded.js';
import { bytesOf, hexDump } from '../../parts/hex-dump.js';
import { indentJson } from '../../parts/indent-json.js';
import { Problem } from '../../parts/problem.js';
import { preciseTime } from '../../parts/time-text.js';

interface DiffPageProps {
  readonly stream: string;
  readonly left: string;
  readonly right: string;
}

/** What differs between two events of a stream. */
export function DiffPage({ stream, left, right }: DiffPageProps): JSX.Element {
  const { events } = useConsole();
  const pair = useLoaded(`diff ${stream} ${left} ${right}`, (signal) =>
    Promise.all(
      [left, right].map(async (text) => {
        const version = Number(text);
        if (!Number.isInteger(version) || version < 1) return undefined;
        const [event] = await events.readStream(stream, { fromVersion: version, limit: 1 }, signal);
        return event;
      }),
    ),
  );
  const [one, other] = pair.value ?? [];
  return (
    <>
      <header class="head">
        <h1>Compare two events</h1>
        <p>
          <Link to={addressOf(['streams', stream])}>{stream}</Link>
        </p>
      </header>
      <Chooser key={`${left} ${right}`} {...{ stream, left, right }} />
      {pair.error !== undefined && <Problem error={pair.error} onRetry={pair.reload} />}
      {pair.loading && pair.value === undefined && <p role="status">Loading…</p>}
      {pair.value !== undefined && (one === undefined || other === undefined) && (
        <p class="error" role="alert">
          Not both of these versions are there.
        </p>
      )}
      {one !== undefined && other !== undefined && <Difference {...{ one, other }} />}
    </>
  );
}

function Chooser({ stream, left, right }: DiffPageProps): JSX.Element {
  const [one, setOne] = useState(left);
  const [other, setOther] = useState(right);
  const compare = (event: Event): void => {
    event.preventDefault();
    goTo(addressOf(['streams', stream, 'diff'], { left: one, right: other }));
  };
  return (
    <form class="bar" onSubmit={compare}>
      <label for="left">Version</label>
      <input
        id="left"
        type="number"
        min={1}
        value={one}
        onInput={(event) => setOne(event.currentTarget.value)}
      />
      <label for="right">with version</label>
      <input
        id="right"
        type="number"
        min={1}
        value={other}
        onInput={(event) => setOther(event.currentTarget.value)}
      />
      <button type="submit">Compare</button>
    </form>
  );
}

function Difference({ one, other }: { one: RecordedEvent; other: RecordedEvent }): JSX.Element {
  const parts = useMemo(() => diffLines(linesOf(one), linesOf(other)), [one, other]);
  const same = parts.every(({ added, removed }) => !added && !removed);
  return (
    <section class="card" aria-label="Differences">
      <p class="quiet">
        − is version {one.version} ({preciseTime(one.savetimeMs)}), + is version {other.version} (
        {preciseTime(other.savetimeMs)}).
      </p>
      {same && <p>Type, payload and metadata are the same.</p>}
      <pre class="diff" tabIndex={0}>
        {parts.flatMap(({ value, added, removed }, part) => {
          const [mark, kind] = added ? ['+', 'added'] : removed ? ['−', 'removed'] : [' ', ''];
          return value
            .replace(/\n$/, '')
            .split('\n')
            .map((line, index) => (
              <code key={`${String(part)} ${String(index)}`} class={kind}>
                {mark} {line}
                {'\n'}
              </code>
            ));
        })}
      </pre>
    </section>
  );
}

/** Metadata sorted: their order says nothing. */
function linesOf(event: RecordedEvent): string {
  const { content, metadata } = event;
  const payload =
    content.kind === 'json'
      ? (indentJson(content.text) ?? content.text)
      : hexDump(bytesOf(content.base64));
  const sorted = Object.fromEntries(
    Object.entries(metadata).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  const facts = `type: ${typeText(event)}\ncontent type: ${event.contentType}`;
  return `${facts}\n\npayload\n${payload}\n\nmetadata\n${indentJson(JSON.stringify(sorted)) ?? ''}\n`;
}
