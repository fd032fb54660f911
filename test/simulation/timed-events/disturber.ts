import { POINTS } from './process.js';
import type { Mode } from './profile.js';
import { SimulatedServer } from './server.js';
import { note, type World } from './world.js';

const SERVERS_MAX = 4;
/** So many are left running, whatever happens. */
const RUNNING_MIN = 2;
const PAUSES_MS = [100, 700, 2_500, 3_200, 3_600, 4_500, 6_000];
const LONG_PAUSE_MS = 25_000;
const STEPS_MS = [100, 600, 3_000, 14_000, 30_000];

type Disturbance =
  | 'join'
  | 'stop'
  | 'kill'
  | 'pause'
  | 'long pause'
  | 'planned kill'
  | 'planned pause'
  | 'cut off'
  | 'outage'
  | 'clock step';

const PROCESSES: readonly Disturbance[] = [
  ...(['join', 'stop', 'kill', 'pause', 'pause', 'long pause'] as const),
  ...(['planned kill', 'planned kill', 'planned pause', 'planned pause'] as const),
];
const STORAGE: readonly Disturbance[] = ['cut off', 'cut off', 'outage'];
const CLOCKS: readonly Disturbance[] = ['clock step'];

const BY_MODE: Readonly<Record<Mode, readonly Disturbance[]>> = {
  quiet: [],
  kills: PROCESSES,
  faults: STORAGE,
  clocks: [...CLOCKS, ...CLOCKS, 'pause'],
  everything: [...PROCESSES, ...STORAGE, ...CLOCKS],
};

/** The servers of a simulation, and what happens to them. */
export class Disturber {
  readonly #world: World;
  readonly #servers: SimulatedServer[] = [];
  readonly #acts: Readonly<Record<Disturbance, (server: SimulatedServer) => void>> = {
    join: () => this.#join(),
    stop: (server) => this.#spare(server, () => void server.stop()),
    kill: (server) => this.#kill(server),
    pause: (server) => this.#pause(server, this.#drawPause()),
    'long pause': (server) => this.#pause(server, LONG_PAUSE_MS * this.#world.draws.random.next()),
    'planned kill': (server) => this.#plan(server, () => this.#kill(server)),
    'planned pause': (server) => this.#plan(server, () => this.#pause(server, this.#drawPause())),
    'cut off': (server) => this.#cutOff([server], 8_000),
    outage: () => this.#cutOff(this.#living(), 4_000),
    'clock step': (server) => this.#stepClock(server),
  };

  constructor(world: World) {
    this.#world = world;
  }

  /** Starts the first servers; later things happen by themselves. */
  begin(): void {
    const { profile, draws } = this.#world;
    for (let count = 0; count < profile.servers; count += 1) {
      this.#start(count < RUNNING_MIN || !draws.chance(profile.withoutPoller));
    }
    this.#next();
  }

  /** Nothing goes wrong any more; who is paused goes on, clocks are right. */
  end(): void {
    this.#world.calm = true;
    for (const { process } of this.#living()) {
      process.cutOffUntilMs = 0;
      process.resume();
      process.correctWall();
    }
    while (this.#living().filter(({ polls }) => polls).length < RUNNING_MIN) this.#start(true);
  }

  /** Those that take calls. */
  ready(): readonly SimulatedServer[] {
    return this.#servers.filter(({ ready }) => ready);
  }

  #living(): readonly SimulatedServer[] {
    return this.#servers.filter(({ process }) => process.state !== 'gone');
  }

  #next(): void {
    const { time, draws, profile } = this.#world;
    const choice = BY_MODE[profile.mode];
    if (choice.length === 0) return;
    const disturb = (): void => {
      if (this.#world.calm) return;
      const running = this.ready().filter(({ process }) => process.state === 'running');
      const what = draws.pick(choice);
      if (running.length > 0) this.#acts[what](draws.pick(running));
      this.#next();
    };
    time.after(draws.between(0, 2 * profile.disturbEveryMs), disturb, true);
  }

  #start(withPoller: boolean): void {
    const server = new SimulatedServer(this.#world, `s${this.#servers.length}`, withPoller);
    this.#servers.push(server);
    note(this.#world, 'join', `${server.name} ${withPoller ? 'polls' : ''}`);
    void server.start();
  }

  #join(): void {
    if (this.#living().length < SERVERS_MAX) this.#start(true);
  }

  #kill(server: SimulatedServer): void {
    this.#spare(server, () => {
      note(this.#world, 'kill', server.name);
      server.kill();
    });
    const { draws, time } = this.#world;
    if (draws.chance(0.7)) time.after(draws.between(0, 6_000), () => this.#join(), true);
  }

  /** Not to the last ones that poll. */
  #spare(server: SimulatedServer, act: () => void): void {
    const others = this.ready().filter((other) => other !== server && other.polls);
    if (others.length > 0 && server.ready) act();
  }

  #pause(server: SimulatedServer, ms: number): void {
    note(this.#world, ms > 10_000 ? 'long pause' : 'pause', `${server.name} ${ms}`);
    server.process.pause(ms);
  }

  #drawPause(): number {
    const { draws } = this.#world;
    return draws.pick(PAUSES_MS) * draws.between(0.9, 1.1);
  }

  #plan(server: SimulatedServer, act: () => void): void {
    const { draws } = this.#world;
    server.process.plan({ point: draws.pick(POINTS), when: draws.pick(['before', 'after']), act });
  }

  #cutOff(servers: readonly SimulatedServer[], maxMs: number): void {
    const { time, draws } = this.#world;
    const untilMs = time.nowMs + draws.between(200, maxMs);
    note(this.#world, servers.length > 1 ? 'outage' : 'cut off', `until ${untilMs}`);
    for (const { process } of servers) process.cutOffUntilMs = untilMs;
  }

  #stepClock({ process, name }: SimulatedServer): void {
    const { time, draws } = this.#world;
    const stepMs = Math.round(draws.pick(STEPS_MS) * draws.pick([-1, 1]) * draws.between(0.5, 1));
    note(this.#world, stepMs < 0 ? 'clock set back' : 'clock set ahead', `${name} ${stepMs}`);
    process.stepWall(stepMs);
    time.after(draws.between(100, 4_000), () => !this.#world.calm && process.correctWall(), true);
  }
}
