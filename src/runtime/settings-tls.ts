import { z } from 'zod';
import { oneOf, optionalPath, wholeNumber } from './setting-kinds.js';

/** Of programs that serve: TLS on all their ports, `HEALTH_PORT` apart. */
export const tlsSettings = z.object({
  TLS_CERT_FILE: optionalPath(
    'PEM file of the server’s certificate, with those between it and its authority. ' +
      'With it every port speaks TLS. The TLS files are read again when they change.',
  ),
  TLS_KEY_FILE: optionalPath('PEM file of its key.'),
  TLS_CLIENT_CA_FILE: optionalPath(
    'PEM file of authorities. With it a client must show a certificate of one of them.',
  ),
  TLS_MIN_VERSION: oneOf(['1.2', '1.3'], '1.2', 'The oldest version of TLS that is spoken.'),
  TLS_HANDSHAKE_TIMEOUT_MS: wholeNumber({
    min: 100,
    max: 120_000,
    standard: 10_000,
    reason: 'A connection that has not finished its handshake after this is closed.',
  }),
});

export type TlsVariables = z.output<typeof tlsSettings>;

type Refuse = (variable: string, message: string) => void;

/** What the variables must be to each other. */
export function requireTlsTogether(values: TlsVariables, refuse: Refuse): void {
  if ((values.TLS_CERT_FILE === undefined) !== (values.TLS_KEY_FILE === undefined)) {
    refuse('TLS_CERT_FILE', 'and TLS_KEY_FILE are set together or not at all');
  }
  if (values.TLS_CLIENT_CA_FILE !== undefined && values.TLS_CERT_FILE === undefined) {
    refuse('TLS_CLIENT_CA_FILE', 'needs TLS_CERT_FILE and TLS_KEY_FILE');
  }
}
