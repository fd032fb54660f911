import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { startStore, type Program } from '../e2e/program.js';
import { steadyPort } from './mirrored-store.js';

/** A store that is stopped and started again on its port. */
export class RestartedStore {
  readonly port: number;
  readonly #context: TestContext;
  readonly #env: Readonly<Record<string, string>>;
  #program: Program;

  private constructor(context: TestContext, env: Readonly<Record<string, string>>, at: Program) {
    this.#context = context;
    this.#env = env;
    this.#program = at;
    this.port = Number(env['PORT']);
  }

  static async start(
    context: TestContext,
    storage: Readonly<Record<string, string>>,
  ): Promise<RestartedStore> {
    const env = { ...storage, PORT: await steadyPort() };
    return new RestartedStore(context, env, (await startStore(context, env)).program);
  }

  /** As an orchestrator does it. Fails when it does not stop well. */
  async restart(): Promise<void> {
    const end = await this.#program.stop('SIGTERM');
    assert.deepEqual(end, { code: 0, signal: null }, this.#program.output);
    this.#program = (await startStore(this.#context, this.#env)).program;
  }
}
