import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deleteWithProcess, keepFolder } from '../cassandra/child-reaper.js';
import { ChildProgram } from './child-program.js';

/** Told of each line of a program. */
export type OnLine = (line: string) => void;

/** The programs of `cmd/` that the demo starts, and the folder of its events. */
export class DemoCast {
  readonly #folder: string;
  readonly #running: ChildProgram[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async gather(): Promise<DemoCast> {
    const folder = await mkdtemp(join(tmpdir(), 'cassadra-mirror-'));
    deleteWithProcess(folder);
    return new DemoCast(folder);
  }

  /** A store on the embedded storage; answers its port. */
  async store(port: number): Promise<number> {
    const storage = { STORAGE: 'embedded', DATA_DIR: join(this.#folder, 'data'), HTTP_PORT: '0' };
    const store = this.#start('grpc-store', { ...storage, PORT: String(port) });
    const [, real] = await store.waitFor(/gRPC on 127\.0\.0\.1:(\d+)/);
    await store.waitFor(/"msg":"the storage is open"/);
    return Number(real);
  }

  /** A sink; answers its port. */
  async sink(port: number, onLine: OnLine): Promise<number> {
    const sink = this.#start('grpc-sink', { PORT: String(port) }, onLine);
    const [, real] = await sink.waitFor(/gRPC on 127\.0\.0\.1:(\d+)/);
    return Number(real);
  }

  /** A polling client of the store. */
  async pollingClient(storePort: number, onLine: OnLine): Promise<void> {
    const env = { STORE_PORT: String(storePort), EVENT_TYPES: '1,3', POLL_INTERVAL_MS: '100' };
    await this.#start('polling-client', env, onLine).waitFor(/^Polling /m);
  }

  /** Runs the test client to its end; answers its exit code. */
  testClient(port: number, onLine: OnLine): Promise<number | null> {
    return this.#start('test-client', { STORE_PORT: String(port) }, onLine).exit;
  }

  /** Ends what runs, the last first, and deletes the events. */
  async dismiss(): Promise<void> {
    for (const program of this.#running.reverse()) await program.stop().catch(() => undefined);
    await rm(this.#folder, { recursive: true, force: true });
    keepFolder(this.#folder);
  }

  #start(name: string, env: Readonly<Record<string, string>>, onLine?: OnLine): ChildProgram {
    const main = fileURLToPath(new URL(`../../cmd/${name}/main.js`, import.meta.url));
    const program = new ChildProgram({ command: process.execPath, args: [main], env, onLine });
    this.#running.push(program);
    return program;
  }
}
