import type { Server } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';

/** Always SERVING while the process runs: for liveness probes. */
const LIVENESS = 'liveness';

/**
 * grpc.health.v1: the names of the services, and '' for all of them, say whether calls are served.
 */
export class HealthService {
  readonly #names: readonly string[];
  readonly #implementation: HealthImplementation;
  #ready = false;

  constructor(services: readonly string[]) {
    this.#names = ['', ...services];
    const statuses = this.#names.map((name) => [name, 'NOT_SERVING'] as const);
    this.#implementation = new HealthImplementation({
      ...Object.fromEntries(statuses),
      [LIVENESS]: 'SERVING',
    });
  }

  addTo(server: Server): void {
    this.#implementation.addToServer(server);
  }

  set(ready: boolean): void {
    if (ready === this.#ready) return;
    this.#ready = ready;
    for (const name of this.#names) {
      this.#implementation.setStatus(name, ready ? 'SERVING' : 'NOT_SERVING');
    }
  }
}
