import { errors } from 'cassandra-driver';
import type { SimulatedProcess } from './process.js';
import { note, type World } from './world.js';

/** As the driver has them. */
const PLAIN_TIMEOUT_MS = 1_500;
const CONDITIONAL_TIMEOUT_MS = 2_500;
/** The driver repeats plain calls at another node, so that an answer may take as long. */
const SLOW_MAX_MS = 4_500;
/** What was given up may still arrive. */
const LATE_MAX_MS = 14_000;
const CODE = { unavailable: 0x1000, overloaded: 0x1001, writeTimeout: 0x1100, readTimeout: 0x1200 };

export interface Request<Answer> {
  /** As in `POINTS`, where it is one. */
  readonly name: string;
  readonly kind: 'read' | 'write' | 'conditional';
  /** Takes effect, or reads, at one moment. `late`: by how much after it was given up. */
  readonly apply: (late: boolean) => Answer;
  /** The longest that an answer to a slow call is waited for. */
  readonly answerMaxMs?: number;
  /** For the history. */
  readonly about?: () => string;
  readonly onDoubt?: () => void;
}

const WRITE_FAULTS = ['lost', 'answer lost', 'late', 'unavailable', 'not sent', 'twice'] as const;
const READ_FAULTS = ['lost', 'unavailable', 'not sent'] as const;
type Fault = (typeof WRITE_FAULTS)[number] | 'slow';

/** The way from one process to Cassandra and back, which is not always open. */
export class Link {
  readonly #world: World;
  readonly #process: SimulatedProcess;

  constructor(world: World, process: SimulatedProcess) {
    this.#world = world;
    this.#process = process;
  }

  call<Answer>(request: Request<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      // a process that is gone waits for ever
      if (this.#process.state === 'gone') return;
      const fault = this.#fault(request.kind);
      this.#trace(request, fault ?? 'sent');
      if (fault === undefined || fault === 'slow') {
        this.#carryOut(request, resolve, fault === 'slow');
        return;
      }
      note(this.#world, `${request.name} ${fault}`, this.#process.name);
      this.#world.troubles.add('storage', this.#world.time.nowMs);
      if (fault === 'twice') {
        this.#carryOut(request, resolve, false);
        this.#applyLate(request, 0);
        return;
      }
      this.#fail(request, fault, reject);
    });
  }

  #carryOut<Answer>(
    request: Request<Answer>,
    resolve: (answer: Answer) => void,
    slow: boolean,
  ): void {
    const { time, draws, profile } = this.#world;
    const { name, kind, apply } = request;
    let thereMs = draws.skewed(0.5, profile.latencyMs);
    let backMs = 0;
    if (slow) {
      note(this.#world, `${name} slow`, this.#process.name);
      this.#world.troubles.add('storage', time.nowMs);
      const maxMs = kind === 'conditional' ? CONDITIONAL_TIMEOUT_MS : SLOW_MAX_MS;
      thereMs = draws.between(100, request.answerMaxMs ?? maxMs);
    }
    if (draws.chance(0.3)) {
      backMs = thereMs * draws.random.next();
      thereMs -= backMs;
    }
    time.after(thereMs, () => {
      const answer = apply(false);
      this.#trace(request, 'applied');
      const arrive = (): void => this.#process.arrive(name, () => resolve(answer));
      if (backMs === 0) arrive();
      else time.after(backMs, arrive);
    });
  }

  #fail<Answer>(
    request: Request<Answer>,
    fault: Exclude<Fault, 'slow' | 'twice'>,
    reject: (error: Error) => void,
  ): void {
    const { time, draws } = this.#world;
    const { kind, name, apply } = request;
    const fast = fault === 'unavailable' || fault === 'not sent';
    const limitMs = kind === 'conditional' ? CONDITIONAL_TIMEOUT_MS : PLAIN_TIMEOUT_MS;
    const afterMs = fast ? draws.between(1, 30) : draws.skewed(50, limitMs);
    if (fault !== 'not sent') request.onDoubt?.();
    const applied = fault === 'answer lost' || (fault === 'unavailable' && draws.chance(0.2));
    if (kind !== 'read' && applied) time.after(afterMs * draws.random.next(), () => apply(false));
    if (kind !== 'read' && fault === 'late') this.#applyLate(request, afterMs);
    const error = errorOf(kind, fault);
    time.after(afterMs, () => this.#process.arrive(name, () => reject(error)));
  }

  #applyLate<Answer>({ name, apply }: Request<Answer>, afterMs: number): void {
    const { time, draws, troubles } = this.#world;
    this.#world.rows.awaited += 1;
    time.after(afterMs + draws.skewed(10, LATE_MAX_MS), () => {
      this.#world.rows.awaited -= 1;
      troubles.add('storage', time.nowMs);
      note(this.#world, `${name} applied late`, this.#process.name);
      apply(true);
    });
  }

  #trace({ name, about, kind }: Request<unknown>, what: string): void {
    const { verbose, history, time } = this.#world;
    if (!verbose || (kind === 'read' && !name.startsWith('entry'))) return;
    history.add(time.nowMs, `  ${this.#process.name} ${name} ${what} ${about?.() ?? ''}`);
  }

  #fault(kind: Request<unknown>['kind']): Fault | undefined {
    const { draws, profile, calm, time } = this.#world;
    if (calm) return undefined;
    if (time.nowMs < this.#process.cutOffUntilMs) {
      return draws.pick(
        kind === 'read' ? READ_FAULTS : ['lost', 'late', 'answer lost', 'not sent'],
      );
    }
    if (draws.chance(profile.slow)) return 'slow';
    if (!draws.chance(kind === 'read' ? profile.readFaults : profile.writeFaults)) return undefined;
    const fault = draws.pick(kind === 'read' ? READ_FAULTS : WRITE_FAULTS);
    return kind === 'conditional' && fault === 'twice' ? 'answer lost' : fault;
  }
}

function errorOf(kind: Request<unknown>['kind'], fault: Fault): Error {
  if (fault === 'not sent') return new errors.NoHostAvailableError({});
  if (fault === 'unavailable') return new errors.ResponseError(CODE.unavailable, 'unavailable');
  if (fault === 'lost' && kind === 'read') {
    return new errors.ResponseError(CODE.readTimeout, 'no answer in time');
  }
  return new errors.OperationTimedOutError('no answer in time');
}
