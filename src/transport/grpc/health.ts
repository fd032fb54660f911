import {
  status as grpcStatus,
  type Server,
  type ServiceDefinition,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import {
  healthAnswer,
  healthList,
  readHealthRequest,
  type HealthRequest,
  type HealthStatus,
} from './health-messages.js';
import { serviceDefinition, type MethodKind } from './service-definition.js';

export const HEALTH_NAME = 'grpc.health.v1.Health';

const CHECK = `/${HEALTH_NAME}/Check`;
const LIST = `/${HEALTH_NAME}/List`;
const WATCH = `/${HEALTH_NAME}/Watch`;

/** Always SERVING while the process runs: for liveness probes. */
const LIVENESS = 'liveness';

/** Health is open to everybody: each that watches holds a stream. */
const WATCHERS_MAX = 1_000;

type Watcher = ServerWritableStream<HealthRequest, Uint8Array>;

/**
 * grpc.health.v1: the names of the services, and '' for all of them, say whether calls are served.
 * Nothing is kept of names that a caller made up.
 */
export class HealthService {
  readonly #names: ReadonlySet<string>;
  readonly #watchers = new Set<Watcher>();
  #ready = false;

  constructor(services: readonly string[]) {
    this.#names = new Set(['', ...services, LIVENESS]);
  }

  addTo(server: Server): void {
    const methods: UntypedServiceImplementation = {
      [CHECK]: (
        call: { request: HealthRequest },
        answer: (error: object | null, it?: Uint8Array) => void,
      ) => {
        const status = this.#statusOf(call.request.service);
        if (status !== 'SERVICE_UNKNOWN') answer(null, healthAnswer(status));
        else answer({ code: grpcStatus.NOT_FOUND, details: 'there is no service of this name' });
      },
      [WATCH]: (call: Watcher) => this.#watch(call),
      [LIST]: (_call: object, answer: (error: null, it: Uint8Array) => void) => {
        const statuses = [...this.#names].map((name) => [name, this.#statusOf(name)] as const);
        answer(null, healthList(new Map(statuses)));
      },
    };
    server.addService(definition(), methods);
  }

  set(ready: boolean): void {
    if (ready === this.#ready) return;
    this.#ready = ready;
    for (const watcher of this.#watchers) {
      const { service: name } = watcher.request;
      if (name !== LIVENESS && this.#names.has(name)) this.#tell(watcher);
    }
  }

  #watch(call: Watcher): void {
    if (this.#watchers.size >= WATCHERS_MAX) {
      const details = 'too many watch the health of this server';
      call.emit('error', { code: grpcStatus.RESOURCE_EXHAUSTED, details });
      return;
    }
    this.#watchers.add(call);
    call.once('close', () => this.#watchers.delete(call));
    call.once('cancelled', () => this.#watchers.delete(call));
    this.#tell(call);
  }

  #tell(watcher: Watcher): void {
    watcher.write(healthAnswer(this.#statusOf(watcher.request.service)));
  }

  #statusOf(name: string): HealthStatus {
    if (!this.#names.has(name)) return 'SERVICE_UNKNOWN';
    return this.#ready || name === LIVENESS ? 'SERVING' : 'NOT_SERVING';
  }
}

/** A request for a list is empty: what reads the others reads it too. */
function definition(): ServiceDefinition {
  const kinds = new Map<string, MethodKind>([
    [CHECK, 'unary'],
    [LIST, 'unary'],
    [WATCH, 'server'],
  ]);
  const bytes = serviceDefinition(kinds);
  return Object.fromEntries(
    Object.entries(bytes).map(([path, method]) => [
      path,
      { ...method, requestDeserialize: readHealthRequest },
    ]),
  );
}
