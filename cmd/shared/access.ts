import {
  openAuthenticator,
  type AccessSettings,
  type Authenticator,
} from '../../src/access/index.js';
import {
  isLoopback,
  type AccessVariables,
  type Components,
  type Part,
} from '../../src/runtime/index.js';

interface ServerVariables extends AccessVariables {
  readonly HOST: string;
  readonly TLS_CERT_FILE?: string | undefined;
  readonly TLS_CLIENT_CA_FILE?: string | undefined;
}

/**
 * The authenticator that a server's variables ask for, to be started before the server. What is
 * unsafe is said once, in the log.
 */
export function accessPart(
  variables: ServerVariables,
  components: Components,
): (Authenticator & Part) | undefined {
  warn(variables, components);
  return openAuthenticator(accessSettingsOf(variables), components);
}

function accessSettingsOf(variables: AccessVariables): AccessSettings {
  const { ACCESS_FILE: file, ACCESS_JWT_ISSUER: issuer, ACCESS_JWT_AUDIENCE: audience } = variables;
  const { ACCESS_JWT_JWKS_FILE: path, ACCESS_JWT_JWKS_URL: url } = variables;
  if (issuer === undefined || audience === undefined) return { file, jwt: undefined };
  const rules = { issuer, audience, algorithms: variables.ACCESS_JWT_ALGORITHMS };
  if (path !== undefined) return { file, jwt: { ...rules, keys: { kind: 'file', path } } };
  if (url !== undefined) return { file, jwt: { ...rules, keys: { kind: 'url', url } } };
  return { file, jwt: undefined };
}

function warn(variables: ServerVariables, { logger }: Components): void {
  const { HOST: host } = variables;
  if (isLoopback(host)) return;
  const tokens = variables.ACCESS_FILE !== undefined || variables.ACCESS_JWT_ISSUER !== undefined;
  if (tokens && variables.TLS_CERT_FILE === undefined) {
    logger.warn({ host }, 'tokens are readable on the network: TLS ends before, or is not set');
  }
  if (!tokens && variables.TLS_CLIENT_CA_FILE === undefined) {
    logger.warn({ host }, 'INSECURE: everybody who reaches the server may do everything');
  }
}
