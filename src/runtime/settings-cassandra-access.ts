import { z } from 'zod';
import { optionalPath, optionalText, yesOrNo } from './setting-kinds.js';

/** Who a program is to Cassandra, and how it is spoken to. */
export const cassandraAccessSettings = z.object({
  CASSANDRA_USERNAME: optionalText({ reason: 'For password authentication.' }),
  CASSANDRA_PASSWORD: optionalText({ reason: 'For password authentication.', secret: true }),
  CASSANDRA_PASSWORD_FILE: optionalPath('A file with the password, instead of it.'),
  CASSANDRA_TLS: yesOrNo(false, 'Speaks TLS to Cassandra. Any of the TLS files does the same.'),
  CASSANDRA_TLS_CA_FILE: optionalPath(
    'PEM file of the authorities to trust; else those of Node.js.',
  ),
  CASSANDRA_TLS_CERT_FILE: optionalPath('PEM file of the certificate that nodes ask for.'),
  CASSANDRA_TLS_KEY_FILE: optionalPath('PEM file of its key.'),
  CASSANDRA_TLS_SERVER_NAME: optionalText({
    reason: 'The name on the certificate of every node, where it is not the node’s address.',
  }),
  CASSANDRA_TLS_VERIFY_HOST: yesOrNo(
    true,
    '`false` for nodes whose certificates name no host: any of the authorities is then believed.',
  ),
});

export type CassandraAccessVariables = z.output<typeof cassandraAccessSettings>;

/** What the variables must be to each other. */
export function requireCassandraTogether(
  values: CassandraAccessVariables,
  refuse: (variable: string, message: string) => void,
): void {
  const { CASSANDRA_PASSWORD: password, CASSANDRA_PASSWORD_FILE: passwordFile } = values;
  if (password !== undefined && passwordFile !== undefined) {
    refuse('CASSANDRA_PASSWORD_FILE', 'and CASSANDRA_PASSWORD exclude each other');
  }
  const hasPassword = password !== undefined || passwordFile !== undefined;
  if ((values.CASSANDRA_USERNAME !== undefined) !== hasPassword) {
    refuse('CASSANDRA_USERNAME', 'and CASSANDRA_PASSWORD are set together or not at all');
  }
  const { CASSANDRA_TLS_CERT_FILE: certificate, CASSANDRA_TLS_KEY_FILE: key } = values;
  if ((certificate === undefined) !== (key === undefined)) {
    refuse('CASSANDRA_TLS_CERT_FILE', 'and CASSANDRA_TLS_KEY_FILE are set together or not at all');
  }
}
