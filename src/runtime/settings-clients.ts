import { z } from 'zod';
import { noted, optionalPath, optionalText, text, wholeNumber, yesOrNo } from './setting-kinds.js';

/** Of the programs that call a store: which one. */
export const callSettings = z.object({
  STORE_HOST: text('127.0.0.1', 'The store to call.'),
  STORE_PORT: wholeNumber({ min: 1, max: 65_535, standard: 8_080, reason: 'Its port.' }),
  STORE_TLS: yesOrNo(false, 'Speaks TLS. Any of the TLS files does the same.'),
  STORE_TLS_CA_FILE: optionalPath('PEM file of the authorities to trust; else those of Node.js.'),
  STORE_TLS_CERT_FILE: optionalPath('PEM file of the certificate that the store asks for.'),
  STORE_TLS_KEY_FILE: optionalPath('PEM file of its key.'),
  STORE_TLS_SERVER_NAME: optionalText({
    reason: 'The name on the store’s certificate, where it is not the host.',
  }),
  STORE_TOKEN: optionalText({
    reason: 'Sent with each call as a bearer token; only over TLS unless told otherwise.',
    secret: true,
  }),
  STORE_TOKEN_FILE: optionalPath('A file with the token, instead of it.'),
  STORE_ALLOW_INSECURE_TOKEN: yesOrNo(false, 'Sends the token without TLS, too.'),
  CALL_TIMEOUT_MS: wholeNumber({
    min: 100,
    max: 600_000,
    standard: 2_000,
    reason: 'How long one call may take.',
  }),
});

export type CallVariables = z.output<typeof callSettings>;

const INT32 = /^-?\d{1,10}$/;

const eventTypes = z
  .string()
  .transform((list) => list.split(',').map((item) => item.trim()))
  .refine((items) => items.every((item) => INT32.test(item) && Number(item) === (Number(item) | 0)))
  .transform((items) => [...new Set(items.map(Number))]);

/** Of the polling client. */
export const pollSettings = z.object({
  EVENT_TYPES: noted(eventTypes.default([1, 3]), {
    allowed: 'a comma list of whole numbers (int32)',
    reason: 'Codes of the event types to react to.',
    defaultText: '`1,3`',
  }),
  CHECKPOINT_FILE: noted(z.string().optional(), {
    allowed: 'a path',
    reason: 'Where the place in each type is kept. Not set: starts from one second ago.',
  }),
  BATCH_SIZE: wholeNumber({
    min: 1,
    max: 10_000,
    standard: 100,
    reason: 'Events asked for at once.',
  }),
  POLL_INTERVAL_MS: wholeNumber({
    min: 10,
    max: 3_600_000,
    standard: 500,
    reason: 'Pause when there was nothing new.',
  }),
  POLL_BACKOFF_MAX_MS: wholeNumber({
    min: 100,
    max: 3_600_000,
    standard: 10_000,
    reason: 'Longest pause while the store is away.',
  }),
});

/** Of `cmd/receiver`. */
export const receiverSettings = z.object({
  RECEIVER_PORT: wholeNumber({
    min: 0,
    max: 65_535,
    standard: 9_000,
    reason: 'Port on which the receiver shows the calls of timed events. 0 = a free one.',
  }),
});
