import type { JSX } from 'preact';
import { bucketsOf, grownIn, rateOf, sumOf } from '../../api/metrics-text.js';
import { addressOf } from '../../app/path.js';
import { Link } from '../../app/link.js';
import { Bars } from '../../parts/bars.js';
import { Figure } from '../../parts/figure.js';
import { numberText } from '../../parts/number-text.js';
import { durationText } from '../../parts/time-text.js';
import type { Readings } from './use-readings.js';

/** What the poller of this process does. */
export function TimerFigures({ readings }: { readonly readings: Readings }): JSX.Element {
  const { lives, latest, before } = readings;
  const held = (place: string): number | undefined =>
    sumOf(latest, 'cassadra_timers_held', { place });
  const late = held('late') ?? 0;
  const failed = grownIn(lives, 'cassadra_timer_steps_total', { step: 'failed' });
  const runs = sumOf(latest, 'cassadra_poller_running') === 1;
  const sinceFirst = bucketsOf(lives.at(-1)?.first, latest, 'cassadra_timer_lateness_seconds');
  const bars = sinceFirst.map(({ upTo, count }) => ({
    name: Number.isFinite(upTo) ? `≤ ${durationText(upTo * 1_000)}` : 'more',
    count,
  }));
  return (
    <section class="card" aria-labelledby="timers">
      <h2 id="timers">Timers of this server</h2>
      <dl class="figures">
        <Figure
          name="Poller"
          value={latest === undefined ? undefined : runs ? 'fires' : 'rests'}
          tone={runs || latest === undefined ? undefined : 'warn'}
        />
        <Figure
          name="Fired/s"
          value={numberText(rateOf(before, latest, 'cassadra_timer_attempts_total'))}
        />
        <Figure name="Due soon" value={numberText(held('on_time'))} note="held in memory" />
        <Figure name="Late" value={numberText(late)} tone={late > 0 ? 'warn' : undefined} />
        <Figure name="Under way" value={numberText(held('under_way'))} />
        <Figure
          name="Failed"
          value={numberText(failed)}
          tone={failed > 0 ? 'bad' : undefined}
          note="since the page was opened"
        />
      </dl>
      {failed > 0 && <Link to={addressOf(['failed'])}>Replay failed ones</Link>}
      <h3>Lateness of attempts</h3>
      <Bars label="How late attempts began, since the page was opened" bars={trimmed(bars)} />
    </section>
  );
}

/** Without the empty ones at the end. */
function trimmed<Bar extends { readonly count: number }>(bars: readonly Bar[]): readonly Bar[] {
  const last = bars.findLastIndex(({ count }) => count > 0);
  return bars.slice(0, Math.max(4, last + 1));
}
