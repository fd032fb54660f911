import type { JSX } from 'preact';
import { bucketsOf, grownIn, quantileOf, rateOf, sumOf } from '../../api/metrics-text.js';
import { Figure } from '../../parts/figure.js';
import { numberText } from '../../parts/number-text.js';
import { durationText } from '../../parts/time-text.js';
import type { Readings } from './use-readings.js';

/** Appends and the feed; quantiles of what came since the page was opened, or the server began. */
export function StoreFigures({ readings }: { readonly readings: Readings }): JSX.Element {
  const { lives, latest, before } = readings;
  const first = lives.at(-1)?.first;
  const lagSeconds = sumOf(latest, 'cassadra_subscription_lag_seconds');
  const markSeconds = quantileOf(bucketsOf(first, latest, 'cassadra_feed_mark_lag_seconds'), 0.99);
  const deliverySeconds = quantileOf(
    bucketsOf(first, latest, 'cassadra_event_delivery_seconds'),
    0.99,
  );
  const unknown = grownIn(lives, 'cassadra_appends_total', { outcome: 'unknown' });
  const conflicts = grownIn(lives, 'cassadra_appends_total', { outcome: 'conflict' });
  return (
    <section class="card" aria-labelledby="store">
      <h2 id="store">Appends and the feed</h2>
      <dl class="figures">
        <Figure
          name="Appends/s"
          value={numberText(
            rateOf(before, latest, 'cassadra_appends_total', { outcome: 'appended' }),
          )}
        />
        <Figure name="Conflicts" value={numberText(conflicts)} note="since the page was opened" />
        <Figure
          name="Unknown outcomes"
          value={numberText(unknown)}
          tone={unknown > 0 ? 'bad' : undefined}
          note={
            unknown > 0 ? 'the storage did not say: see the runbook' : 'since the page was opened'
          }
        />
        <Figure
          name="Feed lag"
          value={lagSeconds === undefined ? undefined : durationText(lagSeconds * 1_000)}
          tone={(lagSeconds ?? 0) > 10 ? 'warn' : undefined}
          note="the subscriber furthest behind"
        />
        <Figure
          name="Mark behind, p99"
          value={boundText(markSeconds)}
          note="by what readers wait"
        />
        <Figure
          name="Delivery, p99"
          value={boundText(deliverySeconds)}
          note="savetime to subscriber"
        />
        <Figure
          name="Subscriptions"
          value={numberText(sumOf(latest, 'cassadra_subscriptions_open'))}
        />
        <Figure
          name="Queue"
          value={numberText(sumOf(latest, 'cassadra_append_queue_appends'))}
          note="appends that wait"
        />
      </dl>
    </section>
  );
}

/** A quantile of a histogram is the bound of a bucket. */
export function boundText(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  return Number.isFinite(seconds) ? `≤ ${durationText(seconds * 1_000)}` : 'more than a minute';
}
