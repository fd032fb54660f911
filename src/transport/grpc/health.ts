import type { Server, ServerWritableStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { status as grpcStatus } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';

export const HEALTH_NAME = 'grpc.health.v1.Health';

/** Always SERVING while the process runs: for liveness probes. */
const LIVENESS = 'liveness';

/** Health is open to everybody: each that watches holds a stream. */
const WATCHERS_MAX = 1_000;

type Status = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

interface HealthRequest {
  readonly service: string;
}

interface HealthAnswer {
  readonly status: Status;
}

type Watcher = ServerWritableStream<HealthRequest, HealthAnswer>;

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
      check: (
        call: { request: HealthRequest },
        answer: (error: object | null, it?: object) => void,
      ) => {
        const status = this.#statusOf(call.request.service);
        if (status !== 'SERVICE_UNKNOWN') answer(null, { status });
        else answer({ code: grpcStatus.NOT_FOUND, details: 'there is no service of this name' });
      },
      watch: (call: Watcher) => this.#watch(call),
      list: (_call: object, answer: (error: null, it: object) => void) => {
        const statuses = [...this.#names].map(
          (name) => [name, { status: this.#statusOf(name) }] as const,
        );
        answer(null, { statuses: Object.fromEntries(statuses) });
      },
    };
    server.addService(service, methods);
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
    watcher.write({ status: this.#statusOf(watcher.request.service) });
  }

  #statusOf(name: string): Status {
    if (!this.#names.has(name)) return 'SERVICE_UNKNOWN';
    return this.#ready || name === LIVENESS ? 'SERVING' : 'NOT_SERVING';
  }
}
