import { connect, StoregrpcClient, type Cassadra } from '../../../src/client/index.js';
import type { ServerEndpoint } from '../world.js';

/** All that calls one server. */
export interface ServerClients {
  readonly server: string;
  readonly http: string;
  /** Tries again, as users have it. */
  readonly patient: Cassadra;
  /** Tries once with a short deadline, so that unknown outcomes are seen as they are. */
  readonly single: Cassadra;
  /** Tries once, since it cannot do otherwise. */
  readonly storegrpc: StoregrpcClient;
  close(): Promise<void>;
}

const PATIENT = { timeoutMs: 2_000, retry: { forMs: 6_000 }, keepaliveMs: 3_000 };
const SINGLE = { timeoutMs: 1_500, retry: false, keepaliveMs: 3_000 } as const;
const STOREGRPC_TIMEOUT_MS = 1_500;

export function clientsOf({ name, grpc, http }: ServerEndpoint): ServerClients {
  const [host = '', port = ''] = grpc.split(':');
  const patient = connect({ address: grpc, ...PATIENT });
  const single = connect({ address: grpc, ...SINGLE });
  const address = { host, port: Number(port), timeoutMs: STOREGRPC_TIMEOUT_MS };
  const storegrpc = new StoregrpcClient(address);
  return {
    ...{ server: name, http, patient, single, storegrpc },
    close: async () => {
      await Promise.all([patient.close(), single.close()]);
      storegrpc.close();
    },
  };
}
