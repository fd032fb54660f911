import {
  AppError,
  deadlineReached,
  DEFAULT_RETRY,
  type TimedEventKey,
  type TimedEventStatus,
} from '../../../src/core/index.js';
import type { OnExists, ScheduleCommand, Scheduler } from '../../../src/scheduler/index.js';
import { AnswerChecks, type Asked } from './answer-checks.js';
import type { Disturber } from './disturber.js';
import { drawDue } from './due-times.js';
import { Operator } from './operator.js';
import { RECEIVERS } from './receivers.js';
import { ServerGone, type SimulatedServer } from './server.js';
import { note, trueMs, type World } from './world.js';

const APPLICATIONS = ['shop', 'bank'];
/** Of those that are paused and limited. */
const GOVERNED = ['mill', 'dairy'];
const HERD = { min: 5, max: 15 };
const RACE_AHEAD_MS = 4_000;
/** As far as wall clocks may be off, since the entry fires by one of them. */
const RACE_SPREAD_MS = 420;

const KINDS = [
  ...['schedule', 'schedule', 'schedule', 'schedule', 'schedule', 'schedule', 'herd'],
  ...['again', 'replace', 'cancel', 'remove', 'reschedule', 'find', 'list'],
  ...['race', 'race', 'race'],
] as const;
type Kind = (typeof KINDS)[number];
type Deed = Exclude<Kind, 'race'>;

/** Somebody who uses one server after the other. */
export class Client {
  readonly #world: World;
  readonly #disturber: Disturber;
  readonly #checks: AnswerChecks;
  readonly #operator: Operator;
  readonly #asked: ScheduleCommand[] = [];
  readonly #races: Promise<void>[] = [];
  readonly #budget: { left: number };
  #server: SimulatedServer | undefined;

  constructor(world: World, disturber: Disturber, budget: { left: number }) {
    this.#world = world;
    this.#disturber = disturber;
    this.#checks = new AnswerChecks(world);
    this.#operator = new Operator(world);
    this.#budget = budget;
  }

  /** Goes on until as many operations have been begun as all clients may. */
  async run(): Promise<void> {
    const { draws, time, profile } = this.#world;
    while (this.#budget.left > 0) {
      await time.sleep(draws.skewed(0, profile.restMs * 4));
      const server = this.#pickServer();
      if (server === undefined) continue;
      if (draws.chance(profile.lasting)) {
        this.#budget.left -= 1;
        await this.#operator.operate(server);
      } else await this.#operate(server, draws.pick(KINDS));
    }
    await Promise.all(this.#races);
  }

  /** Repeats an add that nobody has got an answer to. */
  async repeat(key: TimedEventKey): Promise<void> {
    const server = this.#pickServer();
    const command = this.#command(key, { dueMs: trueMs(this.#world), onExists: 'ok-if-same' });
    if (server === undefined) return;
    note(this.#world, 'repeated', key.eventId);
    const { signal } = new AbortController();
    await server.call((scheduler) => scheduler.schedule(command, signal)).catch(() => undefined);
  }

  async #operate(server: SimulatedServer, kind: Kind): Promise<void> {
    const { draws } = this.#world;
    if (kind === 'race') return this.#race(server);
    const count = kind === 'herd' ? draws.whole(HERD.min, HERD.max) : 1;
    const dueMs = drawDue(this.#world);
    const work: Promise<void>[] = [];
    for (let index = 0; index < count && this.#budget.left > 0; index += 1) {
      this.#budget.left -= 1;
      work.push(this.#one(server, kind, dueMs));
    }
    await Promise.all(work);
  }

  /** Something that comes when the entry is about to fire. */
  #race(server: SimulatedServer): void {
    const { time, draws } = this.#world;
    const nowMs = trueMs(this.#world);
    const near = this.#asked.filter(({ dueMs }) => dueMs > nowMs && dueMs < nowMs + RACE_AHEAD_MS);
    if (near.length === 0) return;
    this.#budget.left -= 1;
    const { key, dueMs } = draws.pick(near);
    const kind = draws.pick(['cancel', 'remove', 'reschedule'] as const);
    const waitMs = Math.max(0, dueMs - nowMs + draws.between(-RACE_SPREAD_MS, RACE_SPREAD_MS));
    const laterMs = nowMs + draws.whole(0, RACE_AHEAD_MS);
    this.#races.push(time.sleep(waitMs).then(() => this.#one(server, kind, laterMs, key)));
  }

  async #one(
    server: SimulatedServer,
    kind: Deed,
    dueMs: number,
    key = this.#drawKey(),
  ): Promise<void> {
    const asked = { invokedMs: this.#world.time.nowMs, key };
    try {
      await this.#ask(server, kind, { ...asked, dueMs });
    } catch (error) {
      this.#told(error, asked, kind);
    }
  }

  #ask(server: SimulatedServer, kind: Deed, asked: Asked): Promise<void> {
    switch (kind) {
      case 'schedule':
      case 'herd':
        return this.#schedule(server, this.#command(asked.key, { dueMs: asked.dueMs }), asked);
      case 'replace': {
        const command = this.#command(asked.key, { dueMs: asked.dueMs, onExists: 'replace' });
        return this.#schedule(server, command, asked);
      }
      case 'again':
        return this.#again(server, asked);
      case 'cancel':
      case 'remove':
      case 'reschedule':
        return this.#stop(server, kind, asked);
      case 'find':
        return this.#with(server, async (scheduler) => {
          const found = await scheduler.find(asked.key);
          this.#answered(found === undefined ? 'find nothing' : 'find', asked);
        });
      case 'list':
        return this.#list(server, asked);
    }
  }

  #stop(
    server: SimulatedServer,
    kind: 'cancel' | 'remove' | 'reschedule',
    asked: Asked,
  ): Promise<void> {
    return this.#with(server, async (scheduler, signal) => {
      if (kind === 'remove') {
        const outcome = await scheduler.remove(asked.key, signal);
        this.#answered(`remove ${outcome.kind}`, asked);
        this.#checks.removed(asked, outcome);
        return;
      }
      const answer = await (kind === 'cancel'
        ? scheduler.cancel(asked.key, signal)
        : scheduler.reschedule(asked.key, asked.dueMs, signal));
      this.#answered(`${kind} ${answer}`, asked);
      if (kind === 'cancel') this.#checks.cancelled(asked, answer);
      else this.#checks.moved(asked, answer);
    });
  }

  #schedule(server: SimulatedServer, command: ScheduleCommand, asked: Asked): Promise<void> {
    this.#asked.push(command);
    return this.#with(server, async (scheduler, signal) => {
      const answer = await scheduler.schedule(command, signal);
      this.#answered(`schedule ${answer.outcome}`, asked);
      this.#checks.scheduled(asked, command, answer);
    });
  }

  /** The very same once more, as who has got no answer does. */
  #again(server: SimulatedServer, asked: Asked): Promise<void> {
    const { draws } = this.#world;
    if (this.#asked.length === 0) return Promise.resolve();
    const command = { ...draws.pick(this.#asked), onExists: 'ok-if-same' } as const;
    const again = { ...asked, key: command.key, dueMs: command.dueMs };
    return this.#schedule(server, command, again);
  }

  #list(server: SimulatedServer, asked: Asked): Promise<void> {
    const { draws } = this.#world;
    const statuses: readonly TimedEventStatus[] = draws.pick([[], ['PENDING'], ['COMPLETED']]);
    return this.#with(server, async (scheduler) => {
      const { application } = asked.key;
      const span = { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER - 1, after: undefined };
      const page = await scheduler.list({ application, statuses, ...span, limit: 10 });
      this.#answered('list', asked);
      this.#checks.listed(statuses, page.events);
    });
  }

  async #with(
    server: SimulatedServer,
    use: (scheduler: Scheduler, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { draws, profile } = this.#world;
    const deadline = new AbortController();
    if (draws.chance(profile.deadlines)) {
      const afterMs = draws.between(20, 4_000);
      const { timers } = server.process.components;
      void timers.sleep(afterMs).then(() => deadline.abort(deadlineReached()));
    }
    await server.call((scheduler) => use(scheduler, deadline.signal));
  }

  /** An answer that is an error; which ones there may be. */
  #told(error: unknown, asked: { invokedMs: number; key: TimedEventKey }, kind: Deed): void {
    if (error instanceof ServerGone) {
      note(this.#world, 'server gone', `${kind} ${asked.key.eventId}`);
      return;
    }
    if (!(error instanceof AppError)) throw error;
    note(this.#world, `told ${error.code}`, `${kind} ${asked.key.eventId}`);
    if (error.code === 'NOT_FOUND') this.#checks.absent(asked);
    const known = ['NOT_FOUND', 'TIMED_EVENT_EXISTS', 'UNAVAILABLE', 'NOT_READY'];
    const other = ['OUTCOME_UNKNOWN', 'DEADLINE_EXCEEDED'];
    this.#world.ledger.holds([...known, ...other].includes(error.code), `told ${error.code}`);
  }

  #answered(what: string, { key, dueMs }: Asked): void {
    note(this.#world, what, `${key.application} ${key.eventId} ${dueMs}`);
  }

  #command(
    key: TimedEventKey,
    fixed: { readonly dueMs: number; readonly onExists?: OnExists },
  ): ScheduleCommand {
    const { draws, profile } = this.#world;
    const receiver = draws.chance(0.5) ? 'good' : draws.pick(RECEIVERS);
    return {
      key,
      payload: new Uint8Array([draws.whole(0, 255)]),
      target: { kind: 'http', url: `http://${receiver}.test/`, method: 'POST', headers: [] },
      retry: {
        ...DEFAULT_RETRY,
        attemptsMax: draws.whole(1, 6),
        firstDelayMs: draws.whole(20, 400),
        maxDelayMs: 1_500,
        jitter: draws.pick([0, 0.5]),
        maxAgeMs: draws.chance(0.1) ? draws.whole(1_000, 10_000) : undefined,
      },
      timeoutMs: draws.whole(100, 2_500),
      retentionMs: draws.chance(profile.shortRetention) ? 1_000 : 600_000,
      ...(draws.chance(profile.lasting / 2) && {
        lateness: {
          maxMs: draws.pick([0, 50, 5_000]),
          action: draws.pick(['skip', 'dead-letter'] as const),
        },
      }),
      onExists: 'reject',
      ...fixed,
    };
  }

  #drawKey(): TimedEventKey {
    const { draws, profile } = this.#world;
    const eventId = `e${draws.whole(1, profile.keys)}`;
    const governed = draws.chance(profile.lasting);
    if (governed && draws.chance(0.2)) return this.#drawRun() ?? { application: 'mill', eventId };
    return { application: draws.pick(governed ? GOVERNED : APPLICATIONS), eventId };
  }

  /** A run of a schedule: to be stopped or moved as any other entry. */
  #drawRun(): TimedEventKey | undefined {
    const { draws, ledger } = this.#world;
    const runs = ledger.latest().filter(({ event }) => event.plan.run !== undefined);
    return runs.length === 0 ? undefined : draws.pick(runs.slice(-10)).event.key;
  }

  /** Mostly the one that it used before. */
  #pickServer(): SimulatedServer | undefined {
    const { draws } = this.#world;
    const ready = this.#disturber.ready();
    const stays = this.#server !== undefined && ready.includes(this.#server);
    if (!stays || draws.chance(0.2)) {
      this.#server = ready.length === 0 ? undefined : draws.pick(ready);
    }
    return this.#server;
  }
}
