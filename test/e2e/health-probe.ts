import { Client, credentials } from '@grpc/grpc-js';

const SERVING = '0801';
const PATH = '/grpc.health.v1.Health/Check';

const same = (bytes: Buffer): Buffer => bytes;

/** Asks a server for its health, as a probe of an orchestrator does. */
export class HealthProbe {
  readonly #client: Client;

  constructor(port: number) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  /** Whether the service is SERVING; '' is readiness, 'liveness' the process. */
  serving(service: string): Promise<boolean> {
    const name = Buffer.from(service);
    const request = service === '' ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(PATH, same, same, request, (error, response) => {
        if (error === null) resolve(response?.toString('hex') === SERVING);
        else reject(error);
      });
    });
  }

  /** Resolves when the service's answer is `wanted`; the test's time-out ends the waiting. */
  async until(service: string, wanted: boolean): Promise<void> {
    while ((await this.serving(service)) !== wanted) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  close(): void {
    this.#client.close();
  }
}
