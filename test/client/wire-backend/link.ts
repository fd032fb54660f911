import { connect, type AppendPipeline, type Cassadra } from '../../../src/client/index.js';

/** The client of a server, with a pipeline for what is appended together. */
export class Link {
  readonly pipeline: AppendPipeline;
  readonly #patient: Cassadra;
  readonly #once: Cassadra;
  #current: Cassadra;

  constructor(address: string) {
    this.#patient = connect(address);
    this.#once = connect({ address, retry: false });
    this.#current = this.#patient;
    this.pipeline = this.#patient.appendMany();
  }

  get client(): Cassadra {
    return this.#current;
  }

  /** From now on nothing is tried again: a storage that is closed does not come back. */
  tryOnce(): void {
    this.#current = this.#once;
  }

  async close(): Promise<void> {
    await this.pipeline.close();
    await this.#patient.close();
    await this.#once.close();
  }
}
