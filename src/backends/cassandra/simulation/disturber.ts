import { POINTS } from './process.js';
import type { Mode } from './profile.js';
import { SimulatedServer } from './simulated-server.js';
import { note, type World } from './world.js';

const SERVERS_MAX = 3;
const SHORT_PAUSE_MAX_MS = 900;

/** What happens to a server that runs, one of several. */
type Act = (server: SimulatedServer, running: readonly SimulatedServer[]) => void;

type Disturbance =
  | 'join'
  | 'stop'
  | 'kill'
  | 'short pause'
  | 'long pause'
  | 'silent pause'
  | 'changeover'
  | 'marks out'
  | 'marks long out'
  | 'clock jump'
  | 'shift writers'
  | 'shift readers';

const EVERYWHERE: readonly Disturbance[] = [
  'join',
  'join',
  'stop',
  'kill',
  'short pause',
  'marks out',
  'clock jump',
  'shift writers',
  'shift writers',
  'shift readers',
];

const BY_MODE: Readonly<Record<Mode, readonly Disturbance[]>> = {
  steady: EVERYWHERE,
  pauses: [
    ...EVERYWHERE,
    'marks long out',
    'long pause',
    'long pause',
    'silent pause',
    'silent pause',
  ],
  'wild clocks': [...EVERYWHERE, 'long pause', 'silent pause', 'changeover', 'changeover'],
  // Who ends with something open that takes so long cannot count it.
  storms: EVERYWHERE.filter((what) => what !== 'stop' && what !== 'kill'),
};

/** The servers of a simulation, and what happens to them. */
export class Disturber {
  readonly #world: World;
  readonly #servers: SimulatedServer[] = [];
  #readable: readonly SimulatedServer[] = [];
  #writable: readonly SimulatedServer[] = [];
  #ended = false;
  readonly #acts: Readonly<Record<Disturbance, Act>> = {
    join: () => this.ready().length < SERVERS_MAX && this.#join(),
    stop: (server, running) => running.length > 1 && this.#stop(server),
    kill: (server, running) => running.length > 1 && this.#kill(server),
    'short pause': (server) => this.#pauseShortly(server),
    'long pause': (server) => this.#pauseLong(server),
    'silent pause': (server) => this.#pauseSilently(server),
    changeover: (server) => this.#changeOver(server),
    'marks out': (server) => this.#takeMarksOut(server),
    'marks long out': (server) => this.#takeMarksLongOut(server),
    'clock jump': (server) => this.#jumpWall(server),
    'shift writers': (_, running) => {
      this.#writable = this.#some('shift writers', running);
    },
    'shift readers': (_, running) => {
      this.#readable = this.#some('shift readers', running);
    },
  };
  /** Until then no writer begins anything. */
  restUntilMs = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Starts the first servers; later things happen by themselves. */
  begin(): void {
    for (let count = 0; count < this.#world.profile.servers; count += 1) this.#join();
    this.#plan();
  }

  /** Nothing goes wrong any more; who is paused goes on. */
  end(): void {
    this.#ended = true;
    this.restUntilMs = 0;
    this.#world.calm = true;
    for (const server of this.#servers) server.process.resume();
    if (this.ready().length === 0) this.#join();
  }

  /** Those that take calls. */
  ready(): readonly SimulatedServer[] {
    return this.#servers.filter((server) => server.ready);
  }

  /** Where readers read now: seldom everywhere, so that some servers only write. */
  readable(): readonly SimulatedServer[] {
    return this.#orAll(this.#readable);
  }

  /** Where writers write now: seldom all, so that servers fall idle and come back. */
  writable(): readonly SimulatedServer[] {
    return this.#orAll(this.#writable);
  }

  gapRisks(): number {
    return this.#servers.reduce((sum, server) => sum + server.gapRisks, 0);
  }

  #orAll(some: readonly SimulatedServer[]): readonly SimulatedServer[] {
    const left = some.filter((server) => server.ready);
    return left.length > 0 ? left : this.ready();
  }

  #plan(): void {
    const { time, draws, profile } = this.#world;
    const disturb = (): void => {
      if (this.#ended) return;
      this.#disturb(draws.pick(BY_MODE[profile.mode]));
      this.#plan();
    };
    time.after(draws.between(0, 2 * profile.disturbEveryMs), disturb, true);
  }

  #disturb(what: Disturbance): void {
    const running = this.ready().filter((server) => server.process.state === 'running');
    if (running.length > 0) this.#acts[what](this.#world.draws.pick(running), running);
  }

  #join(): void {
    const server = new SimulatedServer(this.#world, `s${this.#servers.length}`);
    this.#servers.push(server);
    note(this.#world, 'join', server.name);
    void server.start();
  }

  /** What is in flight when a server dies, and arrives later, is a limit that is written down. */
  #kill(server: SimulatedServer): void {
    if (server.process.inFlight > 0) return;
    note(this.#world, 'kill', server.name);
    server.kill();
  }

  #stop(server: SimulatedServer): void {
    note(this.#world, 'stop', server.name);
    void server.stop();
  }

  #jumpWall(server: SimulatedServer): void {
    server.process.jumpWall();
    note(this.#world, 'clock jump', server.name);
  }

  #some(what: string, running: readonly SimulatedServer[]): readonly SimulatedServer[] {
    const { draws } = this.#world;
    const some = draws.shuffled(running).slice(0, draws.whole(1, running.length));
    note(this.#world, what, some.map(({ name }) => name).join());
    return some;
  }

  #takeMarksOut(server: SimulatedServer): void {
    const { draws, time } = this.#world;
    server.process.marksOutUntilMs = time.nowMs + draws.skewed(200, 2_400);
    note(this.#world, 'marks out', server.name);
    if (draws.chance(0.5)) this.#writable = [server];
  }

  /** So long that the server has to register anew while a batch may still be applied. */
  #takeMarksLongOut(server: SimulatedServer): void {
    const { draws, time } = this.#world;
    server.process.marksOutUntilMs = time.nowMs + draws.between(2_400, 3_000);
    note(this.#world, 'marks long out', server.name);
    this.#writable = [server];
    time.after(draws.between(1_900, 2_300), () => {
      server.process.nextBatch = 'batch late';
    });
  }

  #pauseShortly(server: SimulatedServer): void {
    const ms = this.#world.draws.between(20, SHORT_PAUSE_MAX_MS);
    if (!server.process.takesTrouble(ms)) return;
    note(this.#world, 'short pause', `${server.name} ${ms}`);
    server.process.pause(ms);
  }

  #pauseLong(server: SimulatedServer): void {
    const { draws } = this.#world;
    const ms = draws.pick([2_800, 4_900, 5_200, 5_500, 6_000, 10_000]) - draws.between(0, 300);
    const act = (): void => server.process.pause(ms);
    if (draws.chance(0.4)) return this.#pauseReader(server, act);
    if (draws.chance(0.8)) {
      return server.process.plan({ point: draws.pick(POINTS), what: 'long pause', act });
    }
    if (server.process.inFlight > 0) return;
    note(this.#world, 'long pause', `${server.name} ${ms}`);
    act();
  }

  /** It alone is read from, and for a while before it pauses others write at their own pace. */
  #pauseReader(server: SimulatedServer, act: () => void): void {
    const { draws, time } = this.#world;
    this.#readable = [server];
    this.#writable = draws.chance(0.5) ? this.ready() : this.ready().filter((s) => s !== server);
    note(this.#world, 'reader apart', server.name);
    const plan = { point: 'marks read', what: 'long pause', act } as const;
    time.after(draws.between(0, 4_000), () => server.process.plan(plan));
  }

  /**
   * Others have missed its mark for a while when the server pauses, so that they pass it before
   * it has waited for `feedDelayMs` itself.
   */
  #pauseSilently(server: SimulatedServer): void {
    const { draws, time } = this.#world;
    server.process.marksOutUntilMs = time.nowMs + draws.between(1_500, 2_400);
    time.after(draws.between(500, 1_500), () => {
      const ms = draws.between(3_000, 4_800);
      const act = (): void => server.process.pause(ms);
      server.process.plan({ point: 'batch lost', what: 'silent pause', act });
    });
  }

  /** One server dies, the others are read from until they have passed it; then come new ones. */
  #changeOver(server: SimulatedServer): void {
    const { time, draws } = this.#world;
    const act = (): void => {
      const restMs = draws.between(5_200, 7_000);
      this.restUntilMs = time.nowMs + restMs;
      server.kill();
      time.after(restMs, () => {
        if (this.#ended) return;
        const old = this.ready();
        this.#join();
        for (const other of old) void other.stop();
      });
    };
    server.process.plan({ point: 'batch answered', what: 'changeover', act });
  }
}
