import { z } from 'zod';
import { SEALING_KEY_BYTES } from './sealer.js';
import { noted, wholeNumber, yesOrNo } from './setting-kinds.js';

const cidrs = z
  .string()
  .default('')
  .transform((list) => list.split(',').map((item) => item.trim()))
  .transform((items) => items.filter((item) => item !== ''));

const BASE64_KEY = /^[A-Za-z0-9+/]{43}=$/;

const sealingKeys = z.string().transform((list, context) => {
  const items = list.split(',').map((item) => item.trim());
  const keys = items.filter((item) => BASE64_KEY.test(item));
  if (keys.length < items.length) context.addIssue({ code: 'custom', message: 'no key' });
  return keys.map((key) => new Uint8Array(Buffer.from(key, 'base64')));
});

/** Of programs that take timed events. */
export const timedEventSettings = z.object({
  TIMED_EVENT_BYTES_MAX: wholeNumber({
    min: 1,
    max: 4_194_304,
    standard: 1_048_576,
    reason: 'Size of the payload of one timed event (1 MiB).',
  }),
  MAX_HORIZON_DAYS: wholeNumber({
    min: 1,
    max: 36_525,
    standard: 36_525,
    reason: 'How far ahead a timed event may be due.',
  }),
  RETENTION_DAYS: wholeNumber({
    min: 1,
    max: 365,
    standard: 7,
    reason: 'How long a finished timed event is kept that does not say so itself.',
  }),
  CALLBACK_TIMEOUT_MS: wholeNumber({
    min: 100,
    max: 600_000,
    standard: 15_000,
    reason: 'How long one attempt of a timed event may take that does not say so itself.',
  }),
  TIMED_EVENT_SHARDS: wholeNumber({
    min: 1,
    max: 256,
    standard: 8,
    reason:
      'Cassandra: parts into which timed events are divided, for pollers to share. May be raised ' +
      'at any time; never less than there are pollers.',
  }),
  SECRETS_KEY: noted(sealingKeys.optional(), {
    allowed: `a comma list of keys: ${SEALING_KEY_BYTES} random bytes each, in base64`,
    reason:
      'Encrypts the signing keys and credentials that are stored. The first key seals, all open; ' +
      'the same for all servers and pollers. Not set: there can be none.',
    secret: true,
  }),
});

/** Of programs that fire timed events. */
export const pollerSettings = z.object({
  CALLBACK_ALLOW_CIDRS: noted(cidrs, {
    allowed: 'a comma list of addresses or ranges such as `127.0.0.1` or `10.0.0.0/8`',
    reason:
      'What calls may reach besides public addresses. Empty: loopback, private, link-local and ' +
      'metadata addresses are refused.',
    defaultText: 'empty',
  }),
  CALLBACKS_PER_DESTINATION: wholeNumber({
    min: 1,
    max: 10_000,
    standard: 64,
    reason: 'Calls at once to one destination (scheme, host and port).',
  }),
  CALLBACKS_PER_APPLICATION: wholeNumber({
    min: 1,
    max: 10_000,
    standard: 256,
    reason: 'Calls at once for one application.',
  }),
  CALLBACKS_MAX: wholeNumber({
    min: 1,
    max: 100_000,
    standard: 1_024,
    reason: 'Calls at once of one poller.',
  }),
  CATCH_UP_PER_SECOND: wholeNumber({
    min: 1,
    max: 100_000,
    standard: 500,
    reason: 'Late events (by more than 10 s) that one poller begins in a second.',
  }),
});

/** Of the server: whether it also fires. */
export const hostedPollerSettings = z.object({
  SCHEDULER_POLLER: yesOrNo(
    true,
    'Whether the server fires timed events itself. `false`: leave it to `npm run scheduler`.',
  ),
});

export type PollerVariables = z.output<typeof pollerSettings>;
