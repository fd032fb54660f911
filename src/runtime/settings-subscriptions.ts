import { z } from 'zod';
import { wholeNumber } from './setting-kinds.js';

/** Of a server whose feed is followed. */
export const subscriptionSettings = z.object({
  SUBSCRIPTIONS_MAX: wholeNumber({
    min: 1,
    max: 100_000,
    standard: 1_000,
    reason: 'Subscriptions and waiting polls of one server; more are refused.',
  }),
  FEED_POLL_MIN_MS: wholeNumber({
    min: 10,
    max: 60_000,
    standard: 50,
    reason:
      'How soon a subscription at the end looks for events of other servers again. The wait ' +
      'doubles while nothing comes. Those of its own server are not waited for.',
  }),
  FEED_POLL_MAX_MS: wholeNumber({
    min: 10,
    max: 60_000,
    standard: 1_000,
    reason: 'Longest wait between two such looks.',
  }),
});
