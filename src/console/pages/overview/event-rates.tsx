import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { EventType } from '../../api/events.js';
import { missingRole, useConsole } from '../../app/console-context.js';
import { useTypeRates } from '../../app/use-type-rates.js';
import { Chart } from '../../parts/chart.js';
import { Empty } from '../../parts/empty.js';
import { FIRST_EVENT } from '../../parts/first-event.js';
import { numberText } from '../../parts/number-text.js';
import { Problem } from '../../parts/problem.js';

/** More lines cannot be told apart: the others are one. */
const LINES_MAX = 6;
const KEPT = 300;
const OTHERS = 'others';

interface Turn {
  readonly atMs: number;
  readonly rates: ReadonlyMap<string, number>;
}

/** Events a second by type, from the moment on at which the page is opened. */
export function EventRates({
  types,
}: {
  readonly types: readonly EventType[] | undefined;
}): JSX.Element {
  const { session } = useConsole();
  const { rates, error, limitedTo } = useTypeRates(types);
  const turns = useRef<Turn[]>([]);
  if (turns.current.at(-1)?.rates !== rates) {
    turns.current = [...turns.current, { atMs: Date.now(), rates }].slice(-KEPT);
  }
  const missing = missingRole(session, 'read');
  const names = busiest(turns.current);
  const total = [...rates.values()].reduce((sum, rate) => sum + rate, 0);
  const series = names.map((name) => ({
    name,
    values: turns.current.map((turn) =>
      name === OTHERS ? othersOf(turn, names) : (turn.rates.get(name) ?? 0),
    ),
  }));
  return (
    <section class="card wide" aria-labelledby="rates">
      <h2 id="rates">Events per second, by type</h2>
      {missing !== undefined && <p class="quiet">{missing}.</p>}
      {error !== undefined && <Problem error={error} />}
      {types?.length === 0 ? (
        <Empty title="No event yet" command={FIRST_EVENT}>
          <p>This appends the first one, to a stream of its own:</p>
        </Empty>
      ) : (
        <>
          <p class="big">
            {numberText(total) ?? '0'} <small>events/s now</small>
          </p>
          <Chart
            label={`Events per second by type; ${numberText(total) ?? '0'} in all now`}
            timesMs={turns.current.map(({ atMs }) => atMs)}
            series={series}
            unit="/s"
          />
        </>
      )}
      {limitedTo !== undefined && <p class="quiet">Of the first {limitedTo} types.</p>}
    </section>
  );
}

function busiest(turns: readonly Turn[]): string[] {
  const sums = new Map<string, number>();
  for (const { rates } of turns) {
    for (const [name, rate] of rates) sums.set(name, (sums.get(name) ?? 0) + rate);
  }
  const names = [...sums].sort(([, one], [, other]) => other - one).map(([name]) => name);
  if (names.length <= LINES_MAX) return names.sort();
  return [...names.slice(0, LINES_MAX).sort(), OTHERS];
}

function othersOf({ rates }: Turn, names: readonly string[]): number {
  return [...rates]
    .filter(([name]) => !names.includes(name))
    .reduce((sum, [, rate]) => sum + rate, 0);
}
