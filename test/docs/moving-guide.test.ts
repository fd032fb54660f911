import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Client } from 'cassandra-driver';
import {
  FileSavetimeCheckpoints,
  OutcomeUnknownError,
  StoregrpcClient,
  StoreUnavailableError,
  VersionConflictError,
} from '../../src/client/index.js';
import { freePort } from '../../tools/cassandra/free-port.js';
import { ForeignWriter } from '../cassandra/foreign-writer.js';
import { freshKeyspace, rawClient, settingsForTests } from '../cassandra/open-for-tests.js';
import { SEED_KEYSPACE_STATEMENT, SEED_TABLE, SEED_VIEW } from '../cassandra/seed-statements.js';
import type { Program } from '../e2e/program.js';
import { compile, installInto, readGuide, writeFilesOf } from './guide-files.js';
import { GuideRunner } from './guide-runner.js';

const TYPES = [11, 22, 33];
const found = await settingsForTests(freshKeyspace());
const skip = 'skip' in found ? found.skip : false;

/** Appends through our server, to its own streams and the other writer’s, until stopped. */
class OurWriter {
  readonly #client: StoregrpcClient;
  readonly #streams: readonly string[];
  #appended = 0;
  #lastPayload = '';
  #stopped = false;
  readonly #watchers: { readonly count: number; readonly resolve: () => void }[] = [];
  readonly #done: Promise<void>;

  constructor(port: number, shared: readonly string[]) {
    this.#client = new StoregrpcClient({ host: '127.0.0.1', port, timeoutMs: 10_000 });
    this.#streams = shared.flatMap((stream) => [stream, randomUUID()]);
    this.#done = this.#run();
    this.#done.catch(() => undefined);
  }

  /** Appends that were acknowledged. */
  get appended(): number {
    return this.#appended;
  }

  get lastPayload(): string {
    return this.#lastPayload;
  }

  /** Resolves when so many more appends are acknowledged. */
  more(count: number): Promise<void> {
    const target = this.#appended + count;
    return new Promise((resolve) => this.#watchers.push({ count: target, resolve }));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
    this.#client.close();
  }

  async #run(): Promise<void> {
    for (let turn = 0; !this.#stopped; turn += 1) {
      try {
        await this.#append(this.#streams[turn % this.#streams.length] ?? '', `ours-${turn}`);
      } catch (error) {
        const passing = [VersionConflictError, StoreUnavailableError, OutcomeUnknownError];
        if (!passing.some((kind) => error instanceof kind)) throw error;
      }
    }
  }

  async #append(id: string, payload: string): Promise<void> {
    const { events } = await this.#client.findById(id);
    const update = { id, version: events.length, events: [{ type: 22, payload }] };
    await this.#client.update(update);
    this.#appended += 1;
    this.#lastPayload = payload;
    for (const { count, resolve } of this.#watchers) if (this.#appended >= count) resolve();
  }
}

/** What was printed by the reader through one API: `stream payload`. */
function seenBy(reader: Program, api: 'old' | 'new'): string[] {
  const lines = reader.output.split('\n').filter((line) => line.startsWith(`${api} API `));
  return lines.map((line) => line.slice('old API '.length)).toSorted();
}

/** What was appended last has been read through both APIs. */
async function bothHaveSeen(reader: Program, payload: string): Promise<void> {
  for (const api of ['old', 'new']) {
    await reader.waitFor(new RegExp(`^${api} API \\S+ ${payload}$`, 'm'));
  }
}

describe('the guide to moving from the Go server', { skip }, () => {
  if ('skip' in found) return;
  const { contactPoints, keyspace } = found.settings;
  const [contactPoint = ''] = contactPoints;
  const guide = readGuide('moving-from-the-go-server');
  let raw: Client;
  let root = '';

  before(async () => {
    raw = await rawClient(found.settings);
    for (const statement of [SEED_KEYSPACE_STATEMENT, SEED_TABLE, SEED_VIEW]) {
      await raw.execute(statement.replaceAll('eventstore', keyspace));
    }
    root = await mkdtemp(join(tmpdir(), 'cassadra-moving-'));
    installInto(root);
  });
  after(async () => {
    await raw.execute(`DROP KEYSPACE IF EXISTS ${keyspace}`);
    await raw.shutdown();
    await rm(root, { recursive: true, force: true });
  });

  async function runnerOf(context: TestContext): Promise<{ runner: GuideRunner; port: number }> {
    const port = await freePort(['127.0.0.1'], new Set());
    const replace = new Map([
      ['127.0.0.1:8080', `127.0.0.1:${port}`],
      ['port: 8080', `port: ${port}`],
      ['10.0.0.1', contactPoint],
    ]);
    compile(writeFilesOf(guide, root, replace));
    const env = {
      PORT: String(port),
      CASSADRA_SERVER: `127.0.0.1:${port}`,
      CASSANDRA_KEYSPACE: keyspace,
    };
    return { runner: new GuideRunner(context, guide, { folder: root, env, replace }), port };
  }

  /** Every row of the table: `stream payload`. */
  async function stored(): Promise<string[]> {
    const { rows } = await raw.execute(`SELECT id, type, payload FROM ${keyspace}.events`);
    const wanted = rows.filter((row) => TYPES.includes(Number(row.get('type'))));
    return wanted.map((row) => `${String(row.get('id'))} ${String(row.get('payload'))}`).toSorted();
  }

  test('its steps, while others append: readers of both APIs lose nothing', async (t) => {
    const { runner, port } = await runnerOf(t);
    const foreign = new ForeignWriter(raw, keyspace, 'foreign');
    t.after(() => foreign.stop());
    // the checkpoint that its reader has from the time with the Go server
    const checkpoints = new FileSavetimeCheckpoints(join(root, 'old-api.json'));
    for (const type of TYPES) await checkpoints.save(type, 1);

    await runner.play('4. Move the writers');
    const reader = runner.running.get('node follow.js');
    assert.ok(reader !== undefined);
    await bothHaveSeen(reader, foreign.lastPayload);

    const ours = new OurWriter(port, foreign.streams);
    t.after(() => ours.stop());
    await ours.more(20);
    await foreign.stop();
    await bothHaveSeen(reader, foreign.lastPayload);
    const [serve = '', server] = [...runner.running][0] ?? [];
    assert.match(serve, /--foreign-writers$/);
    assert.deepEqual(await server?.stop('SIGTERM'), { code: 0, signal: null });
    runner.running.delete(serve);

    await runner.play('6. Verify');
    await ours.more(20);
    await ours.stop();
    await bothHaveSeen(reader, ours.lastPayload);
    await runner.play();

    const rows = await stored();
    for (const api of ['old', 'new'] as const) {
      const seen = seenBy(reader, api);
      const known = new Set(seen);
      const missing = rows.filter((row) => !known.has(row));
      assert.deepEqual(missing, [], `not seen through the ${api} API`);
      assert.deepEqual(seen, rows, `seen twice through the ${api} API`);
    }
    t.diagnostic(`${foreign.appended} foreign appends, ${ours.appended} of ours`);
    await runner.stop();
  });
});
