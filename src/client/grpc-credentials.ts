import { credentials, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js';
import type { TlsOptions, TokenSource } from './connect-options.js';
import { invalidField } from './errors.js';

/** How a connection is secured, and what is sent over it. */
export interface ChannelSecurity {
  readonly tls?: true | TlsOptions;
  readonly token?: TokenSource;
  readonly allowInsecureToken?: boolean;
}

/** What grpc-js takes. Throws InvalidRequestError when the options contradict each other. */
export function secured({ tls, token, allowInsecureToken }: ChannelSecurity): {
  readonly credentials: ChannelCredentials;
  readonly options: ChannelOptions;
} {
  if (token !== undefined && tls === undefined && allowInsecureToken !== true) {
    throw invalidField('token', 'would be sent in the clear: set tls, or allowInsecureToken');
  }
  if (tls === undefined) return { credentials: credentials.createInsecure(), options: {} };
  const { ca, cert, key, serverName } = tls === true ? {} : tls;
  if ((cert === undefined) !== (key === undefined)) {
    throw invalidField('tls', 'needs cert and key together');
  }
  return {
    credentials: sslCredentials(pem(ca), pem(key), pem(cert)),
    options: serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName },
  };
}

function sslCredentials(
  ca: Buffer | null,
  key: Buffer | null,
  cert: Buffer | null,
): ChannelCredentials {
  try {
    return credentials.createSsl(ca, key, cert);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidField('tls', `has a certificate or key that cannot be used: ${reason}`);
  }
}

function pem(text: string | Uint8Array | undefined): Buffer | null {
  return text === undefined ? null : Buffer.from(text);
}
