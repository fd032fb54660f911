import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { RecordedEvent } from '../../api/events.js';
import { useConsole } from '../../app/console-context.js';
import { Link } from '../../app/link.js';
import { addressOf, goTo } from '../../app/path.js';
import { useLoaded } from '../../app/use-loaded.js';
import { Field } from '../../parts/field.js';
import { Problem } from '../../parts/problem.js';
import { preciseTime } from '../../parts/time-text.js';
import { eventLines } from './event-lines.js';
import { lineDifference, type DifferenceLine } from './line-difference.js';

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
      <Field id="left" label="Version" type="number" min={1} value={one} onValue={setOne} />
      <Field
        id="right"
        label="with version"
        type="number"
        min={1}
        value={other}
        onValue={setOther}
      />
      <button type="submit">Compare</button>
    </form>
  );
}

function Difference({ one, other }: { one: RecordedEvent; other: RecordedEvent }): JSX.Element {
  const found = useMemo(() => lineDifference(eventLines(one), eventLines(other)), [one, other]);
  return (
    <section class="card" aria-label="Differences">
      <p class="quiet">
        − is version {one.version} ({preciseTime(one.savetimeMs)}), + is version {other.version} (
        {preciseTime(other.savetimeMs)}).
      </p>
      {found === undefined ? (
        <p>
          They differ too much to be compared line by line. See <VersionLink event={one} /> and{' '}
          <VersionLink event={other} />.
        </p>
      ) : (
        <>
          {found.same && <p>Type, payload and metadata are the same.</p>}
          <pre class="diff" tabIndex={0}>
            {found.lines.map((line, index) => (
              <code key={index} class={line.kind}>
                {lineText(line)}
                {'\n'}
              </code>
            ))}
          </pre>
          {found.leftOut > 0 && <p>{found.leftOut.toLocaleString()} more lines are left out.</p>}
        </>
      )}
    </section>
  );
}

function VersionLink({ event }: { readonly event: RecordedEvent }): JSX.Element {
  const { stream, version } = event;
  return <Link to={addressOf(['streams', stream, version])}>version {version}</Link>;
}

function lineText({ kind, text }: DifferenceLine): string {
  switch (kind) {
    case 'added':
      return `+ ${text}`;
    case 'removed':
      return `− ${text}`;
    case 'same':
      return `  ${text}`;
    case 'folded':
      return `… ${text}`;
  }
}
