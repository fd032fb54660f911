import type { MetricSection } from '../metric-entry.js';

/** Of those who follow events, and of the feed by type on Cassandra. */
export const FEED_METRICS = {
  cassadra_subscriptions_open: {
    kind: 'gauge',
    help: 'Subscriptions, and polls that wait; at most SUBSCRIPTIONS_MAX.',
    labels: {},
  },
  cassadra_subscriptions_behind: {
    kind: 'gauge',
    help: 'Subscriptions that have events to take and have not taken them.',
    labels: {},
  },
  cassadra_subscription_lag_seconds: {
    kind: 'gauge',
    help: 'Age of the oldest event that waits for its subscriber, of the one furthest behind.',
    labels: {},
  },
  cassadra_event_delivery_seconds: {
    kind: 'histogram',
    help: 'From the savetime of an event until a subscriber that follows live was handed it.',
    labels: {},
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
  },
  cassadra_feed_mark_lag_seconds: {
    kind: 'histogram',
    help: 'How far the low-water mark lay behind the clock whenever a read took a fresh one.',
    labels: {},
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
  },
  cassadra_feed_confirmation_seconds: {
    kind: 'histogram',
    help: 'From the registration of an append until a quorum read of the view showed its events.',
    labels: {},
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  cassadra_feed_unconfirmed_appends: {
    kind: 'gauge',
    help: 'Appends that are not yet known to be in the view; they hold the mark.',
    labels: {},
  },
  cassadra_feed_unconfirmed_age_seconds: {
    kind: 'gauge',
    help: 'How long the oldest of them has been registered.',
    labels: {},
  },
  cassadra_feed_gap_risks_total: {
    kind: 'counter',
    help: 'Appends that left the register after FEED_DELAY_MS unseen: a reader may miss them.',
    labels: {},
  },
} as const satisfies MetricSection;
