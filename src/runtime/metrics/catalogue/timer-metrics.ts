import type { MetricSection } from '../metric-entry.js';

/** Of timed events, schedules and sweeps. What tasks of the scheduler itself do is left out. */
export const TIMER_METRICS = {
  cassadra_poller_running: {
    kind: 'gauge',
    help: '1 while this process fires timed events, 0 while it may not, as without its storage.',
    labels: {},
  },
  cassadra_timers_held: {
    kind: 'gauge',
    help: 'Due entries in memory: waiting for their time, late, waiting in a line, being called.',
    labels: { place: ['on_time', 'late', 'line', 'under_way'] },
  },
  cassadra_timer_lateness_seconds: {
    kind: 'histogram',
    help: 'How long after its due time each attempt began.',
    labels: {},
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600],
  },
  cassadra_timer_attempts_total: {
    kind: 'counter',
    help:
      'Attempts: `success`, to be tried `again` or `final` by the answer, `failed` without one, ' +
      '`refused` by the address guard, `withdrawn` before anything was sent.',
    labels: {
      target: ['http', 'append'],
      outcome: ['success', 'again', 'final', 'failed', 'refused', 'withdrawn'],
    },
  },
  cassadra_timer_steps_total: {
    kind: 'counter',
    help:
      'What happened to entries: a `retried` one has another attempt to come, a `lost` one had a ' +
      'poller that died, `paused` and `limited` ones had to wait.',
    labels: {
      step: [
        ...(['fired', 'completed', 'failed', 'retried', 'lost', 'withdrawn', 'late'] as const),
        ...(['overtaken', 'paused', 'limited', 'faults'] as const),
      ],
    },
  },
  cassadra_timer_breakers_open: {
    kind: 'gauge',
    help: 'Destinations that failed twenty times in a row and get one probe a second.',
    labels: {},
  },
  cassadra_timer_shards: {
    kind: 'gauge',
    help:
      'On Cassandra: shards there are (`all`), that this process has (`owned`), and its equal ' +
      'part (`share`).',
    labels: { state: ['all', 'owned', 'share'] },
  },
  cassadra_timer_shards_lost_total: {
    kind: 'counter',
    help: 'On Cassandra: shards that another process took over from this one.',
    labels: {},
  },
  cassadra_timer_notices_read_total: {
    kind: 'counter',
    help: 'On Cassandra: notices of due entries that were read, repetitions included.',
    labels: {},
  },
  cassadra_schedule_runs_total: {
    kind: 'counter',
    help: 'Runs of schedules that were made.',
    labels: {},
  },
  cassadra_schedule_skips_total: {
    kind: 'counter',
    help: 'Runs of schedules that were skipped.',
    labels: { reason: ['overlap', 'missed', 'paused', 'exists'] },
  },
  cassadra_sweep_entries_total: {
    kind: 'counter',
    help: 'Failed entries that sweeps have changed, or found changed by somebody else.',
    labels: { action: ['replay', 'purge'], result: ['changed', 'overtaken'] },
  },
  cassadra_task_faults_total: {
    kind: 'counter',
    help: 'Turns of tasks of the scheduler that broke off; they are called again.',
    labels: { task: ['schedule', 'sweep', 'failure'] },
  },
  cassadra_callback_duration_seconds: {
    kind: 'histogram',
    help: 'How long callbacks over HTTP took, the connection included.',
    labels: { outcome: ['answered', 'failed', 'refused', 'withdrawn'] },
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
  },
  cassadra_callbacks_open: {
    kind: 'gauge',
    help: 'Callbacks over HTTP under way; at most CALLBACKS_MAX.',
    labels: {},
  },
} as const satisfies MetricSection;
