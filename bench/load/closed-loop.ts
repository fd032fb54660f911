import type { LoadResult } from '../model/load-result.js';
import { CallCount } from './call-count.js';

export interface ClosedLoop {
  readonly clients: number;
  /** Length of the window that counts. */
  readonly seconds: number;
  /** Load before the window. Default 1; libraries that run in the load's process need more. */
  readonly warmUpSeconds?: number;
  /** One call by one client (0-based); gives the number of events in it. */
  readonly call: (client: number) => Promise<number>;
}

/** After the window, for calls that are open then. */
const PATIENCE_MS = 60_000;

/**
 * Each client calls, waits for the answer, and calls again. Which calls count: see
 * {@link CallCount}. Calls may be open still when it resolves, after a minute of waiting for them.
 */
export async function closedLoop(loop: ClosedLoop): Promise<LoadResult> {
  const from = performance.now() + (loop.warmUpSeconds ?? 1) * 1000;
  const until = from + loop.seconds * 1000;
  const count = new CallCount(from, until);
  const cpu = new WindowCpu(from, until);
  const open = new Map<number, number>();
  const work = async (client: number): Promise<void> => {
    for (let begunMs = performance.now(); begunMs < until; begunMs = performance.now()) {
      open.set(client, begunMs);
      const events = await loop.call(client).catch(failed);
      const endedMs = performance.now();
      cpu.look(endedMs);
      if (open.delete(client)) count.add({ begunMs, endedMs, events });
    }
  };
  const all = Promise.all(Array.from({ length: loop.clients }, (_, client) => work(client)));
  await withPatience(all, until + PATIENCE_MS);
  for (const begunMs of open.values()) {
    count.add({ begunMs, endedMs: Number.POSITIVE_INFINITY, events: undefined });
  }
  open.clear();
  const fromMs = performance.timeOrigin + from;
  return {
    ...{ ...count.result(), seconds: loop.seconds },
    window: { fromMs, untilMs: fromMs + loop.seconds * 1000 },
    loadCpuSeconds: cpu.seconds(),
  };
}

/**
 * CPU of this process between two moments. Calls that never wait let no timer fire: they look at
 * the clock themselves.
 */
class WindowCpu {
  readonly #from: number;
  readonly #until: number;
  readonly #timers: readonly NodeJS.Timeout[];
  #before: NodeJS.CpuUsage | undefined;
  #within: NodeJS.CpuUsage | undefined;

  constructor(from: number, until: number) {
    this.#from = from;
    this.#until = until;
    const lookAt = (at: number): NodeJS.Timeout =>
      setTimeout(() => this.look(at), at - performance.now());
    this.#timers = [lookAt(from), lookAt(until)];
  }

  look(now: number): void {
    if (this.#within !== undefined) return;
    if (this.#before === undefined && now >= this.#from) this.#before = process.cpuUsage();
    if (now >= this.#until) this.#within = process.cpuUsage(this.#before);
  }

  seconds(): number {
    for (const timer of this.#timers) clearTimeout(timer);
    this.look(Number.POSITIVE_INFINITY);
    const { user = 0, system = 0 } = this.#within ?? {};
    return (user + system) / 1e6;
  }
}

async function withPatience(all: Promise<unknown>, untilMs: number): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => {
    late = setTimeout(resolve, untilMs - performance.now());
  });
  await Promise.race([all, patience]);
  clearTimeout(late);
}

let told = false;

/** The first failure is shown, all are counted. */
function failed(error: unknown): undefined {
  if (!told) console.error('load: a call failed:', error);
  told = true;
}
