import { z } from 'zod';
import { noted, wholeNumber } from './setting-kinds.js';

const PORT_MAX = 65_535;

const optionalPort = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().max(PORT_MAX))
  .optional();

/** Of programs that serve HTTP: where. */
export const httpPortSettings = z.object({
  HTTP_PORT: wholeNumber({
    min: 0,
    max: PORT_MAX,
    standard: 8_081,
    reason: 'Port for HTTP. 0 = a free one; the program says which.',
  }),
  HEALTH_PORT: noted(optionalPort, {
    allowed: `a whole number from 0 to ${PORT_MAX}`,
    reason:
      'One more port, for health and metrics alone, always without TLS: for probes, which show ' +
      'no client certificate.',
  }),
});

/** Of the HTTP server. */
export const httpSettings = z.object({
  HTTP_WAIT_MAX_MS: wholeNumber({
    min: 100,
    max: 600_000,
    standard: 10_000,
    reason: 'How long a caller waits for its answer, beside what it asks to wait (`wait_ms`).',
  }),
  HTTP_BODY_BYTES_MAX: wholeNumber({
    min: 65_536,
    max: 67_108_864,
    standard: 8_388_608,
    reason: 'Largest body (8 MiB): above the limits of fields, so that these answer first.',
  }),
  HTTP_URL_BYTES_MAX: wholeNumber({
    min: 256,
    max: 16_384,
    standard: 8_192,
    reason: 'Longest URL of a request.',
  }),
  HTTP_CONNECTIONS_MAX: wholeNumber({
    min: 1,
    max: 100_000,
    standard: 1_000,
    reason: 'Connections at once; more are closed when they come.',
  }),
  HTTP_HEADERS_TIMEOUT_MS: wholeNumber({
    min: 1_000,
    max: 600_000,
    standard: 10_000,
    reason: 'How long the headers of a request may take to arrive.',
  }),
  HTTP_RECEIVE_TIMEOUT_MS: wholeNumber({
    min: 1_000,
    max: 600_000,
    standard: 30_000,
    reason: 'How long a whole request may take to arrive.',
  }),
  HTTP_IDLE_TIMEOUT_MS: wholeNumber({
    min: 1_000,
    max: 3_600_000,
    standard: 60_000,
    reason: 'A connection on which nothing moves is closed. More than `HTTP_WAIT_MAX_MS`.',
  }),
  HTTP_CONNECTION_AGE_MS: wholeNumber({
    min: 1_000,
    max: 604_800_000,
    standard: 3_600_000,
    reason: 'A connection is closed after its first answer beyond this. Feeds stay open.',
  }),
  HTTP_KEEPALIVE_MS: wholeNumber({
    min: 0,
    max: 3_600_000,
    standard: 65_000,
    reason: 'How long a connection waits for its next request; longer than load balancers do.',
  }),
});

export type HttpVariables = z.output<typeof httpSettings> & z.output<typeof httpPortSettings>;
