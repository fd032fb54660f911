import { meaningOf, type Target } from '../core/index.js';
import type { LabelsOf, Metrics } from '../runtime/index.js';
import type { DispatchResult } from './dispatcher.js';
import type { PollerStats } from './poller-stats.js';

/** Where entries are that are held in memory. */
export interface HeldCounts {
  readonly onTime: number;
  readonly late: number;
  readonly inLines: number;
  readonly underWay: number;
  readonly breakersOpen: number;
}

export interface ShownPoller {
  readonly stats: () => PollerStats;
  /** Whether it fires what is due. */
  readonly running: () => boolean;
  /** Undefined until the storage is open. */
  readonly held: () => HeldCounts | undefined;
}

type Step = LabelsOf<'cassadra_timer_steps_total'>['step'];
type Outcome = LabelsOf<'cassadra_timer_attempts_total'>['outcome'];

/** For as long as the process lives. */
export function showPoller(metrics: Metrics, { stats, running, held }: ShownPoller): void {
  metrics.gauge('cassadra_poller_running', () => [{ labels: {}, value: running() ? 1 : 0 }]);
  metrics.counter('cassadra_timer_steps_total', () =>
    entriesOf(stats()).map(([step, value]) => ({ labels: { step }, value })),
  );
  metrics.gauge('cassadra_timers_held', () => {
    const now = held();
    if (now === undefined) return [];
    return [
      { labels: { place: 'on_time' }, value: now.onTime },
      { labels: { place: 'late' }, value: now.late },
      { labels: { place: 'line' }, value: now.inLines },
      { labels: { place: 'under_way' }, value: now.underWay },
    ];
  });
  metrics.gauge('cassadra_timer_breakers_open', () => {
    const now = held();
    return now === undefined ? [] : [{ labels: {}, value: now.breakersOpen }];
  });
}

/** What the scheduler does for itself is not counted. */
export function countAttempt(
  metrics: Metrics,
  target: Target['kind'],
  result: DispatchResult,
): void {
  if (target === 'task') return;
  metrics.add('cassadra_timer_attempts_total', { target, outcome: outcomeOf(result) });
}

function outcomeOf(result: DispatchResult): Outcome {
  return result.kind === 'answered' ? meaningOf(result.status) : result.kind;
}

function entriesOf(stats: Readonly<Record<Step, number>>): [Step, number][] {
  const isStep = (name: string): name is Step => name in stats;
  return Object.keys(stats)
    .filter(isStep)
    .map((step) => [step, stats[step]]);
}
