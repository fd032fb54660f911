import { requireUuid } from '../../../core/index.js';
import type { EventLog } from '../../../storage/index.js';
import { createEventLog } from '../event-log.js';
import { Feed } from '../feed/index.js';
import { statementsFor } from '../statements.js';
import { StreamDirectory } from '../stream-directory.js';
import { StreamHeads } from '../stream-heads.js';
import { SimulatedProcess } from './process.js';
import { FEED_DELAY_MS, LONGEST_WRITE_MS } from './profile.js';
import { SimulatedSession } from './simulated-session.js';
import { KEYSPACE, note, type World } from './world.js';

/** The server is no longer there: whether the call was carried out is not known. */
export class ServerGone extends Error {}

/** One server: the backend's own code over a simulated session. */
export class SimulatedServer {
  readonly process: SimulatedProcess;
  readonly #world: World;
  readonly #feed: Feed;
  readonly #log: EventLog;
  readonly #calls = new Set<() => void>();
  #ready = false;

  constructor(world: World, name: string, wallOffsetMs?: number) {
    this.#world = world;
    this.process = new SimulatedProcess(world, name, wallOffsetMs);
    const { components } = this.process;
    const session = new SimulatedSession(world, this.process);
    const statements = statementsFor(KEYSPACE, true);
    const heads = new StreamHeads(session, statements);
    const directory = new StreamDirectory({ session, statements, heads }, KEYSPACE, components);
    this.#feed = new Feed(
      session,
      {
        keyspace: KEYSPACE,
        server: requireUuid(world.draws.uuid()),
        feedKeys: statements.feedKeys,
        feedDelayMs: FEED_DELAY_MS,
        foreignWriters: false,
        longestWriteMs: LONGEST_WRITE_MS,
      },
      components,
    );
    this.#log = createEventLog(
      { session, statements, heads, directory, feed: this.#feed, viewIsComplete: true },
      { eventsMax: 8, bytesMax: 1_048_576, idWindow: 1_000 },
      components,
    );
  }

  get name(): string {
    return this.process.name;
  }

  /** Takes calls: started, and neither stopping nor gone. */
  get ready(): boolean {
    return this.#ready;
  }

  get gapRisks(): number {
    return this.#feed.gapRisks;
  }

  async start(): Promise<void> {
    for (;;) {
      try {
        await this.#feed.start();
        this.#ready = true;
        return;
      } catch {
        await this.process.components.timers.sleep(100);
      }
    }
  }

  /** Runs `call` in the server's process. Rejects with `ServerGone` when that is killed. */
  call<Answer>(call: (log: EventLog) => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const gone = (): void => reject(new ServerGone());
      if (!this.#ready) return gone();
      this.#calls.add(gone);
      this.process.deliver(() => {
        call(this.#log)
          .then(resolve, reject)
          .finally(() => this.#calls.delete(gone));
      });
    });
  }

  kill(): void {
    this.#ready = false;
    this.process.end();
    for (const gone of this.#calls) gone();
    this.#calls.clear();
  }

  /** Takes no more calls, finishes those under way, stops, and is gone. */
  async stop(): Promise<void> {
    this.#ready = false;
    const { timers } = this.process.components;
    while (this.#calls.size > 0) await timers.sleep(5);
    await this.#feed.stop();
    this.process.end();
    note(this.#world, 'stopped', this.name);
  }
}
