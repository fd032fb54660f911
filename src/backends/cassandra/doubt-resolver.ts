import type { Components, LabelsOf } from '../../runtime/index.js';

const BACK_OFF_FIRST_MS = 10;
const BACK_OFF_MAX_MS = 500;
/** A doubtful write is resolved for so long, also when its caller has gone. */
const RESOLVE_MAX_MS = 30_000;

/** A conditional write that changes one row from a state that never recurs. */
export interface DoubtfulWrite<Settled> {
  /** One try: its definite outcome, or undefined when it is in doubt. */
  readonly send: (attempt: number) => Promise<Settled | undefined>;
  /** What a serial read says of it; undefined: still open. */
  readonly look: () => Promise<Settled | undefined>;
}

/** Tells a failed look at a refused write from one where nothing was sent. */
export class Undecided extends Error {
  constructor(cause: unknown) {
    super('the outcome is not known yet', { cause });
  }
}

/** Sends a conditional write until its outcome is definite. */
export class DoubtResolver {
  readonly #components: Components;
  readonly #closing: AbortSignal;
  readonly #of: LabelsOf<'cassadra_lwt_tries'>['of'];

  /** `closing` ends it: what is in doubt then is unknown. `of`: what is written. */
  constructor(
    components: Components,
    closing: AbortSignal,
    of: LabelsOf<'cassadra_lwt_tries'>['of'],
  ) {
    this.#components = components;
    this.#closing = closing;
    this.#of = of;
  }

  /** Throws only while nothing can have been sent. */
  async resolve<Settled>(
    write: DoubtfulWrite<Settled>,
  ): Promise<Settled | { readonly kind: 'unknown' }> {
    const { clock, metrics } = this.#components;
    const labels = { of: this.#of };
    const begunMs = clock.monotonicMs();
    let inDoubt = false;
    for (let attempt = 0; ; attempt += 1) {
      let settled: Settled | undefined;
      try {
        settled = await write.send(attempt);
        if (settled === undefined) {
          inDoubt = true;
          metrics.add('cassadra_lwt_undecided_total', labels);
          settled = await write.look();
        }
      } catch (error) {
        if (!inDoubt && !(error instanceof Undecided)) throw error;
        inDoubt = true;
      }
      if (settled !== undefined || !(await this.pause(attempt, begunMs))) {
        metrics.observe('cassadra_lwt_tries', labels, attempt + 1);
        return settled ?? { kind: 'unknown' };
      }
    }
  }

  /** Waits, longer each time; false when it has taken too long since, or is to end. */
  async pause(attempt: number, begunMs: number): Promise<boolean> {
    const { clock, timers, random } = this.#components;
    const late = clock.monotonicMs() - begunMs > RESOLVE_MAX_MS;
    if (late || this.#closing.aborted) return false;
    const waitMs = Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** attempt);
    await timers.sleep(waitMs * (0.5 + random.next() / 2), this.#closing);
    return true;
  }
}
