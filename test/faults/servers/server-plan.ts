import { isIPv4 } from 'node:net';
import { freePort } from '../../../tools/cassandra/free-port.js';
import type { ServerEndpoint } from '../world.js';

/** Where a server runs and with what. */
export interface ServerPlan {
  /** Names it in histories and its log file. */
  readonly name: string;
  readonly program: 'grpc-store' | 'scheduler';
  /** IPv4 address to listen on, and to call it at. */
  readonly host: string;
  /** gRPC; not given: a free one on loopback, else 8080. */
  readonly port?: number;
  /** HTTP; not given: a free one on loopback, else 8081. */
  readonly httpPort?: number;
  /** Settings, without host and ports. */
  readonly env: Readonly<Record<string, string>>;
  /** Put before node: `nsenter …`. It must become node (exec), since signals go to its pid. */
  readonly prefix?: readonly string[];
  /** For its log; must exist. */
  readonly folder: string;
}

/** A plan with its ports. */
export type FixedServerPlan = Required<ServerPlan>;

const PORT = 8_080;
const HTTP_PORT = 8_081;
const taken = new Set<number>();

/** Chooses the ports, once: a server keeps them over restarts. */
export async function fixServerPlan(plan: ServerPlan): Promise<FixedServerPlan> {
  const { host } = plan;
  const loopback = isIPv4(host) && host.startsWith('127.');
  const choose = (usual: number): Promise<number> | number =>
    loopback ? freePort([host], taken) : usual;
  const port = plan.port ?? (await choose(PORT));
  const httpPort = plan.httpPort ?? (await choose(HTTP_PORT));
  return { ...plan, port, httpPort, prefix: plan.prefix ?? [] };
}

/** Where clients find it. */
export function endpointOf({ name, host, port, httpPort }: FixedServerPlan): ServerEndpoint {
  return { name, grpc: `${host}:${port}`, http: `http://${host}:${httpPort}` };
}
