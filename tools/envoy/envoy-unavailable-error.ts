/**
 * Envoy cannot be run on this machine (no build of it for the system, or it cannot be fetched). The
 * message says what to do; it is not a fault of the tests or of the configuration.
 */
export class EnvoyUnavailableError extends Error {
  override readonly name = 'EnvoyUnavailableError';
}
