import { z } from 'zod';
import { oneOf, wholeNumber } from './setting-kinds.js';

/** Of the servers: what they let in. */
export const callGateSettings = z.object({
  CALLS_MAX: wholeNumber({
    min: 1,
    max: 100_000,
    standard: 2_000,
    reason:
      'Short calls at once, over gRPC and HTTP together; more are refused with OVERLOADED before ' +
      'their request is read. One address may have a quarter of it in requests that are still on ' +
      'their way.',
  }),
  CALLS_LONG_MAX: wholeNumber({
    min: 1,
    max: 100_000,
    standard: 2_000,
    reason:
      'The same for streams and for polls that may wait. More than `SUBSCRIPTIONS_MAX`, which ' +
      'bounds those among them that follow events.',
  }),
  CALLS_BYTES_MAX: wholeNumber({
    min: 16_777_216,
    max: 17_179_869_184,
    standard: 268_435_456,
    reason:
      'Size of the requests that are being received and answered (256 MiB); one address may have ' +
      'half of it. What is beyond is refused with OVERLOADED.',
  }),
  CALLS_PER_SECOND: wholeNumber({
    min: 0,
    max: 1_000_000,
    standard: 0,
    reason:
      'Calls that a caller may begin a second, and as many at once after a rest; more are refused ' +
      'with RATE_LIMITED. Callers are told apart by name, and where nobody has one by address: ' +
      'behind a proxy that is all of them. 0 = no limit.',
  }),
  CONNECTIONS_PER_ADDRESS_MAX: wholeNumber({
    min: 1,
    max: 100_000,
    standard: 500,
    reason:
      'Connections of one address at once, for gRPC and for HTTP each, so that one alone does not ' +
      'take them all; more are closed. Set it to the limits of all connections where everybody ' +
      'comes through one proxy or NAT. An IPv6 address counts as its /64.',
  }),
  LOG_CALLS: oneOf(
    ['failed', 'all', 'none'],
    'failed',
    'Which calls go to the log. `failed`: refused for load, a fault of the server, or longer than ' +
      'a second; 50 lines a second at most. Payloads and credentials never do.',
  ),
});

export type CallGateVariables = z.output<typeof callGateSettings>;
