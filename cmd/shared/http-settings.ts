import type { CallGateVariables, HttpVariables } from '../../src/runtime/index.js';
import type { HttpSettings } from '../../src/transport/http/index.js';

interface ServerVariables
  extends HttpVariables,
    Pick<CallGateVariables, 'CONNECTIONS_PER_ADDRESS_MAX'> {
  readonly HOST: string;
  readonly SHUTDOWN_GRACE_MS: number;
}

/** The HTTP server's settings from the variables of a program. */
export function httpSettingsOf(variables: ServerVariables): HttpSettings {
  return {
    host: variables.HOST,
    port: variables.HTTP_PORT,
    connectionsMax: variables.HTTP_CONNECTIONS_MAX,
    connectionsPerAddressMax: variables.CONNECTIONS_PER_ADDRESS_MAX,
    headersTimeoutMs: variables.HTTP_HEADERS_TIMEOUT_MS,
    receiveTimeoutMs: variables.HTTP_RECEIVE_TIMEOUT_MS,
    idleTimeoutMs: variables.HTTP_IDLE_TIMEOUT_MS,
    connectionAgeMs: variables.HTTP_CONNECTION_AGE_MS,
    keepAliveMs: variables.HTTP_KEEPALIVE_MS,
    urlBytesMax: variables.HTTP_URL_BYTES_MAX,
    bodyBytesMax: variables.HTTP_BODY_BYTES_MAX,
    waitMaxMs: variables.HTTP_WAIT_MAX_MS,
    shutdownGraceMs: variables.SHUTDOWN_GRACE_MS,
  };
}
