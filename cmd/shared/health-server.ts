import type { CallGate } from '../../src/calls/index.js';
import type { CallGateVariables, Components, HttpVariables } from '../../src/runtime/index.js';
import { HttpServer, type HttpRoutes } from '../../src/transport/http/index.js';
import { httpSettingsOf } from './http-settings.js';

interface HealthVariables
  extends HttpVariables,
    Pick<CallGateVariables, 'CONNECTIONS_PER_ADDRESS_MAX'> {
  readonly HOST: string;
  readonly SHUTDOWN_GRACE_MS: number;
}

export interface HealthParts {
  readonly components: Components;
  readonly gate: CallGate;
  readonly ready: () => boolean;
  /** Beside health. */
  readonly routes: readonly HttpRoutes[];
}

/** What `HEALTH_PORT` asks for: health in the clear, for probes that know no certificates. */
export function healthServers(variables: HealthVariables, parts: HealthParts): HttpServer[] {
  const { HEALTH_PORT: port } = variables;
  if (port === undefined) return [];
  const settings = { ...httpSettingsOf(variables), port };
  return [new HttpServer({ ...parts, settings, portVariable: 'HEALTH_PORT' })];
}
