export { Envoy, startEnvoy, type EnvoyOptions } from './envoy.js';
export { EnvoyUnavailableError } from './envoy-unavailable-error.js';
