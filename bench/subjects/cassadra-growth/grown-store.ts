import { runLoad } from '../../load/run-load.js';
import { ownMemoryMiBOf, usageOf } from '../../measure/process-tree.js';
import type { Grown, LoadResult } from '../../model/load-result.js';
import type { GrowthWorkload } from '../../model/workload.js';
import { STORE_ENV } from '../cassadra/running-cassadra.js';
import {
  startServer,
  type ServerProcess,
  type ServerSettings,
} from '../cassadra/server-process.js';
import type { GrowthInput } from './growth-input.js';

/** An empty storage. */
export interface GrowthStorage {
  readonly env: ServerSettings['env'];
  /** Undefined where others share it. */
  dataMiB(): Promise<number | undefined>;
  remove(): Promise<void>;
}

const LOAD = new URL('load.js', import.meta.url);
const PATIENCE_SECONDS = 3_600;
const TIMERS_ENV = {
  ...{ LOG_LEVEL: 'warn', LOG_CALLS: 'none' },
  ...{ CALLBACK_ALLOW_CIDRS: '127.0.0.0/8', CATCH_UP_PER_SECOND: '100000' },
};

/** A store of one size, with servers that were started after it was filled. */
export class GrownStore {
  readonly #storage: GrowthStorage;
  readonly #servers: ServerProcess[] = [];
  #filled: Omit<Grown, 'ownMemoryMiB'> | undefined;

  constructor(storage: GrowthStorage) {
    this.#storage = storage;
  }

  get addresses(): readonly string[] {
    return this.#servers.map(({ grpcAddress }) => grpcAddress);
  }

  get pids(): readonly number[] {
    return this.#servers.map(({ pid }) => pid);
  }

  async grow(workload: GrowthWorkload): Promise<void> {
    await this.#start(workload);
    const [address = ''] = this.addresses;
    const input = { address, task: 'fill', workload, seconds: 0 } satisfies GrowthInput;
    const { seconds } = await runLoad(LOAD, input, PATIENCE_SECONDS);
    const fillCpuSeconds = usageOf(this.pids).cpuSeconds;
    await this.#stop();
    // what filling has left in its memory is not the size's
    const readyMs = await this.#start(workload);
    if (workload.of === 'servers') await this.#startSecond(workload);
    const dataMiB = await this.#storage.dataMiB();
    const filled = { fillSeconds: seconds, fillCpuSeconds, readyMs };
    this.#filled = dataMiB === undefined ? filled : { ...filled, dataMiB };
  }

  async measure(run: (addresses: readonly string[]) => Promise<LoadResult>): Promise<LoadResult> {
    const load = await run(this.addresses);
    const ownMemoryMiB = ownMemoryMiBOf(this.pids);
    return this.#filled === undefined
      ? load
      : { ...load, grown: { ...this.#filled, ownMemoryMiB } };
  }

  async remove(): Promise<void> {
    await this.#stop();
    await this.#storage.remove();
  }

  /** Gives the time until it was ready. */
  async #start({ of }: GrowthWorkload): Promise<number> {
    const ours = of === 'pending timers' ? TIMERS_ENV : STORE_ENV;
    const from = performance.now();
    this.#servers.push(await startServer({ env: { ...ours, ...this.#storage.env } }));
    return performance.now() - from;
  }

  async #startSecond(workload: GrowthWorkload): Promise<void> {
    while (this.#servers.length < workload.size) await this.#start(workload);
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map((server) => server.stop()));
  }
}
