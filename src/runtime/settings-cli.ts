import { z } from 'zod';
import { noted, optionalText, text, wholeNumber, yesOrNo } from './setting-kinds.js';

/** Of the client commands of `cassadra`: which server, and how to call it. */
export const cliSettings = z.object({
  CASSADRA_SERVER: text('127.0.0.1:8080', 'The server to call: host:port.'),
  CASSADRA_TOKEN: optionalText({
    reason: 'Sent with each call as a bearer token; only over TLS unless told otherwise.',
    secret: true,
  }),
  CASSADRA_ALLOW_INSECURE_TOKEN: yesOrNo(false, 'Sends the token without TLS, too.'),
  CASSADRA_TLS: yesOrNo(false, 'Speaks TLS. Any of the TLS files does the same.'),
  CASSADRA_TLS_CA: noted(z.string().optional(), {
    allowed: 'a path',
    reason: 'PEM file of the authorities to trust.',
    defaultText: 'those of Node.js',
  }),
  CASSADRA_TLS_CERT: noted(z.string().optional(), {
    allowed: 'a path',
    reason: 'PEM file of the client’s certificate.',
  }),
  CASSADRA_TLS_KEY: noted(z.string().optional(), {
    allowed: 'a path',
    reason: 'PEM file of the client’s key.',
  }),
  CASSADRA_TLS_SERVER_NAME: optionalText({
    reason: 'The name on the server’s certificate, where it is not the host.',
  }),
  CASSADRA_TIMEOUT_MS: wholeNumber({
    min: 100,
    max: 600_000,
    standard: 10_000,
    reason: 'How long one try of a call may take.',
  }),
  CASSADRA_RETRY_MS: wholeNumber({
    min: 0,
    max: 3_600_000,
    standard: 5_000,
    reason: 'How long a call is tried while the server is away; transfers: 60000 at least.',
  }),
});

export type CliVariables = z.output<typeof cliSettings>;
