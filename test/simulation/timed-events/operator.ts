import { AppError, DEFAULT_RETRY, type ScheduleKey } from '../../../src/core/index.js';
import type { ScheduleDraft, Scheduling } from '../../../src/scheduler/index.js';
import { ANNOUNCED } from './promises.js';
import { RECEIVERS } from './receivers.js';
import { ServerGone, type SimulatedServer } from './server.js';
import { note, trueMs, type World } from './world.js';

const GOVERNED = [ANNOUNCED, 'dairy'];
const SCHEDULES = 3;
const REMOVED = 'removed';

const DEEDS = [
  ...['create', 'create', 'create', 'update', 'remove', 'hold', 'go on', 'trigger', 'backfill'],
  ...['pause', 'resume', 'resume', 'limits', 'limits', 'limits', 'next', 'skipped'],
  ...['retry', 'retry', 'sweep', 'sweep', 'dry sweep', 'purge sweep', 'cancel sweep', 'enable'],
] as const;
type Deed = (typeof DEEDS)[number];

/** Codes that answers may have. */
const KNOWN = [
  ...['NOT_FOUND', 'UNAVAILABLE', 'NOT_READY', 'OUTCOME_UNKNOWN', 'DEADLINE_EXCEEDED'],
  ...['INVALID_ARGUMENT'],
  ...['SCHEDULE_EXISTS', 'BACKFILL_RUNNING', 'SWEEP_EXISTS'],
];
const DEFINITE = ['NOT_FOUND', 'UNAVAILABLE', 'NOT_READY', 'SCHEDULE_EXISTS'];

/** Asks for what lasts: schedules, policies of applications, sweeps. */
export class Operator {
  readonly #world: World;
  #sweeps = 0;

  constructor(world: World) {
    this.#world = world;
  }

  async operate(server: SimulatedServer): Promise<void> {
    const { draws } = this.#world;
    const deed = draws.pick(DEEDS);
    await this.#told(deed, () => this.#ask(server, deed));
  }

  /** Lets everything come to an end: nothing is paused or limited, schedules make no more runs. */
  async finish(ready: () => readonly SimulatedServer[]): Promise<void> {
    const { draws, time } = this.#world;
    const { signal } = new AbortController();
    const work: ((all: Scheduling) => Promise<unknown>)[] = [];
    for (const application of GOVERNED) {
      work.push(async ({ tenants }) => {
        this.#world.promises.paused.liftBegins(application);
        await tenants.resume(application, signal);
        await tenants.set(application, settingsOf(application), signal);
      });
      for (const key of this.#keys(application)) {
        work.push(async ({ schedules }) => {
          if ((await schedules.find(key)) !== undefined) await schedules.pause(key, 'end', signal);
        });
      }
    }
    for (const each of work) {
      while (!(await this.#done(ready()[0], each))) await time.sleep(draws.between(50, 200));
    }
  }

  async #done(
    server: SimulatedServer | undefined,
    work: (all: Scheduling) => Promise<unknown>,
  ): Promise<boolean> {
    try {
      await server?.ask(work);
      return server !== undefined;
    } catch {
      return false;
    }
  }

  async #told(deed: Deed, ask: () => Promise<string>): Promise<void> {
    try {
      note(this.#world, await ask());
    } catch (error) {
      if (error instanceof ServerGone) return note(this.#world, `${deed}: server gone`);
      if (!(error instanceof AppError)) throw error;
      note(this.#world, `${deed}: told ${error.code}`);
      this.#world.ledger.holds(KNOWN.includes(error.code), `${deed}: told ${error.code}`);
    }
  }

  #ask(server: SimulatedServer, deed: Deed): Promise<string> {
    switch (deed) {
      case 'create':
      case 'update':
      case 'remove':
      case 'hold':
      case 'go on':
      case 'trigger':
      case 'backfill':
      case 'next':
      case 'skipped':
        return this.#recurring(server, deed);
      case 'pause':
      case 'resume':
      case 'limits':
      case 'enable':
        return this.#govern(server, deed);
      case 'retry':
      case 'sweep':
      case 'dry sweep':
      case 'purge sweep':
      case 'cancel sweep':
        return this.#failed(server, deed);
    }
  }

  async #recurring(server: SimulatedServer, deed: Deed): Promise<string> {
    const { draws, time, promises } = this.#world;
    const { signal } = new AbortController();
    const key = draws.pick(this.#keys(draws.pick(GOVERNED)));
    const name = `${key.application} ${key.scheduleId}`;
    const invokedMs = time.nowMs;
    switch (deed) {
      case 'create': {
        const onExists = draws.pick(['reject', 'replace', 'ok-if-same'] as const);
        const draft = this.#draft(key);
        const answer = await this.#lifting(name, () =>
          server.ask(({ schedules }) => schedules.create(draft, onExists, signal)),
        );
        return `schedule ${answer.outcome}`;
      }
      case 'update': {
        const draft = this.#draft(key);
        await server.ask(({ schedules }) => schedules.update(draft, undefined, signal));
        return 'schedule updated';
      }
      case 'remove':
        if (!key.scheduleId.startsWith(REMOVED)) return 'schedule kept';
        await server.ask(({ schedules }) => schedules.remove(key, signal));
        promises.removed.held(name, invokedMs);
        return 'schedule removed';
      case 'hold':
        await server.ask(({ schedules }) => schedules.pause(key, 'for now', signal));
        promises.paused.held(name, invokedMs);
        return 'schedule paused';
      case 'go on':
        await this.#lifting(name, () =>
          server.ask(({ schedules }) => schedules.resume(key, signal)),
        );
        return 'schedule resumed';
      case 'trigger': {
        const id = draws.chance(0.5) ? `t${draws.whole(1, 5)}` : undefined;
        await server.ask(({ schedules }) => schedules.trigger(key, id, signal));
        return 'schedule triggered';
      }
      case 'backfill': {
        const untilMs = trueMs(this.#world) - 1_000;
        const range = { fromMs: untilMs - draws.whole(1, 15_000), untilMs, perSecond: 5 };
        // by a clock that was set back it is not past
        if (server.process.wallMs() < untilMs) return 'backfill of the future';
        await server.ask(({ schedules }) => schedules.backfill(key, range, signal));
        return 'schedule backfilled';
      }
      case 'next':
        await server.ask(({ schedules }) => schedules.nextRuns(key, trueMs(this.#world), 5));
        return 'next runs';
      default:
        await server.ask(({ schedules }) =>
          schedules.skippedRuns(key, { after: undefined, limit: 10 }),
        );
        return 'skipped runs';
    }
  }

  async #govern(server: SimulatedServer, deed: Deed): Promise<string> {
    const { draws, time, promises } = this.#world;
    const { signal } = new AbortController();
    const application = draws.pick(GOVERNED);
    const invokedMs = time.nowMs;
    switch (deed) {
      case 'pause':
        await server.ask(({ tenants }) => tenants.pause(application, 'for now', signal));
        promises.policyAcked(application, invokedMs, false);
        promises.paused.held(application, invokedMs);
        return 'application paused';
      case 'resume':
        await this.#lifting(application, () =>
          server.ask(({ tenants }) => tenants.resume(application, signal)),
        );
        promises.policyAcked(application, invokedMs, false);
        return 'application resumed';
      case 'limits': {
        const settings = {
          ...settingsOf(application),
          priority: draws.pick(['low', 'normal', 'high'] as const),
          ...(draws.chance(0.8) && { ratePerSecond: draws.pick([1, 2, 5, 20]) }),
          ...(draws.chance(0.8) && { concurrency: draws.pick([1, 2, 3, 8]) }),
        };
        await server.ask(({ tenants }) => tenants.set(application, settings, signal));
        promises.policyAcked(application, invokedMs, true);
        return 'application limited';
      }
      default:
        await server.ask(({ tenants }) =>
          tenants.enableDestination(application, 'http://gone.test/', signal),
        );
        return 'destination enabled';
    }
  }

  async #failed(server: SimulatedServer, deed: Deed): Promise<string> {
    const { draws, ledger, rows } = this.#world;
    const { signal } = new AbortController();
    if (deed === 'retry') {
      // not of the one whose replays are all by sweeps
      const known = ledger
        .latest()
        .filter(({ event }) => event.plan.target.kind !== 'task')
        .filter(({ event }) => event.key.application !== ANNOUNCED);
      if (known.length === 0) return 'retry of nothing';
      const { key } = draws.pick(known).event;
      return `retry ${await server.ask(({ sweeps }) => sweeps.retryNow(key, signal))}`;
    }
    if (deed === 'cancel sweep') {
      const ids = [...rows.documentJournal.keys()].filter((name) => name.startsWith('sweeps\0'));
      if (ids.length === 0) return 'cancel of no sweep';
      const id = draws.pick(ids).slice('sweeps\0'.length);
      await server.ask(({ sweeps }) => sweeps.cancel(id, signal));
      return 'sweep cancelled';
    }
    const statuses = draws.pick([[], [], [410], [0]]);
    const action = deed === 'purge sweep' ? ('purge' as const) : ('replay' as const);
    const application = draws.chance(0.2) ? undefined : draws.pick([ANNOUNCED, 'dairy']);
    const command = {
      sweepId: `w${(this.#sweeps += 1)}-${draws.whole(0, 99_999)}`,
      action,
      filter: {
        ...{ application, failedFromMs: undefined, failedUntilMs: undefined },
        ...{ dueFromMs: undefined, dueUntilMs: undefined, destination: undefined },
        httpStatuses: statuses,
      },
      dryRun: deed === 'dry sweep',
      perSecond: draws.pick([2, 10, 100]),
    };
    await server.ask(({ sweeps }) => sweeps.start(command, signal));
    return `${deed} started`;
  }

  async #lifting<Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer> {
    const holds = [this.#world.promises.paused, this.#world.promises.removed];
    for (const hold of holds) hold.liftBegins(name);
    let definite = false;
    try {
      const answer = await ask();
      definite = true;
      return answer;
    } catch (error) {
      definite = error instanceof AppError && DEFINITE.includes(error.code);
      throw error;
    } finally {
      for (const hold of holds) hold.liftEnds(name, definite);
    }
  }

  #keys(application: string): readonly ScheduleKey[] {
    const ids = Array.from({ length: SCHEDULES }, (_, place) => `c${place}`);
    return [...ids, `${REMOVED}1`].map((scheduleId) => ({ application, scheduleId }));
  }

  #draft(key: ScheduleKey): ScheduleDraft {
    const { draws } = this.#world;
    const everyMs = draws.pick([1_000, 2_000, 3_000, 5_000]);
    const seconds = draws.pick([1, 2, 3, 5]);
    const cron = { kind: 'cron', expression: `*/${seconds} * * * * *`, timeZone: 'UTC' } as const;
    const phaseMs = draws.whole(0, 900);
    const interval = { kind: 'interval', everyMs, phaseMs } as const;
    const receiver = draws.chance(0.5) ? 'good' : draws.pick(RECEIVERS);
    const fireAll = { kind: 'fire-all', runsMax: draws.whole(1, 4), perSecond: 4 } as const;
    return {
      key,
      timing: {
        recurrence: draws.chance(0.5) ? cron : interval,
        jitterMs: draws.pick([0, 0, 200, 900]),
      },
      overlap: draws.pick(['skip', 'allow', 'buffer-one'] as const),
      missed: draws.pick([{ kind: 'fire-once' } as const, fireAll, { kind: 'skip' } as const]),
      missedAfterMs: draws.pick([1_000, 2_000, 60_000]),
      run: {
        payload: new Uint8Array([1]),
        target: { kind: 'http', url: `http://${receiver}.test/`, method: 'POST', headers: [] },
        retry: { ...DEFAULT_RETRY, attemptsMax: 2, firstDelayMs: 100 },
        timeoutMs: draws.whole(100, 2_000),
        retentionMs: 3_600_000,
      },
    };
  }
}

/** Nothing but the event of its failures, which is never changed. */
function settingsOf(application: string) {
  const priority = 'normal' as const;
  if (application !== ANNOUNCED) return { priority };
  return { priority, failureEvent: { stream: 'failures', type: 'failed' } };
}
