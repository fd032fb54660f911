import { AppError, requireName, untilEnd, type TimedEventKey } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import { requirePage, type PageRequest } from '../page-request.js';
import { requireReady, type SchedulerStorage } from '../scheduler-storage.js';
import type { StopParts } from '../stopping.js';
import { armTask } from '../tasks/arm-task.js';
import { armedPayload, WRITTEN_WITHIN_MS } from '../tasks/armed-payload.js';
import { purgeEntry, retryNow } from './retry-now.js';
import { shownSweep, type StoredSweep } from './stored-sweep.js';
import { normalCommand, sameCommand, type NormalCommand } from './sweep-command.js';
import { allSweeps, findSweep, noSweep, saveSweep } from './sweep-documents.js';
import type { RetryOutcome, Sweep, SweepCommand, SweepPage, Sweeps } from './sweeps.js';

export interface SweepsParts {
  /** Undefined until the storage is open. */
  readonly storage: () => SchedulerStorage | undefined;
  /** False while nothing must be changed, for example when the clock cannot be trusted. */
  readonly ready: () => boolean;
  readonly components: Components;
}

export function createSweeps(parts: SweepsParts): Sweeps {
  return new StoredSweeps(parts);
}

class StoredSweeps implements Sweeps {
  readonly #parts: SweepsParts;

  constructor(parts: SweepsParts) {
    this.#parts = parts;
  }

  async retryNow(key: TimedEventKey, signal: AbortSignal): Promise<RetryOutcome> {
    return retryNow(this.#stopParts(key, signal), this.#parts.components);
  }

  async purge(key: TimedEventKey, signal: AbortSignal): Promise<boolean> {
    return purgeEntry(this.#stopParts(key, signal), this.#parts.components);
  }

  async start(command: SweepCommand, signal: AbortSignal): Promise<Sweep> {
    const { components } = this.#parts;
    const wish = normalCommand(command, () => components.ids.newId());
    const { documents } = this.#storage();
    const found = await untilEnd(findSweep(documents, wish.sweepId), signal);
    if (found !== undefined) {
      const sweep = existing(found.sweep, wish);
      if (sweep.state === 'running') await this.#arm(wish, signal);
      return sweep;
    }
    // its task comes first: a sweep that is there goes on
    await this.#arm(wish, signal);
    const armedMs = components.clock.monotonicMs();
    const sweep = newSweep(wish, components.clock.nowMs());
    const saved = await saveSweep(undefined, sweep, { documents, components, signal });
    // it may have given up waiting, for example while this process stood still
    const tookMs = components.clock.monotonicMs() - armedMs;
    if (tookMs > WRITTEN_WITHIN_MS / 2) await this.#arm(wish, signal);
    return saved.kind === 'saved' ? shownSweep(sweep) : existing(saved.found?.sweep, wish);
  }

  async find(sweepId: string): Promise<Sweep | undefined> {
    requireName('sweep_id', sweepId);
    const found = await findSweep(this.#storage().documents, sweepId);
    return found && shownSweep(found.sweep);
  }

  async list(request: PageRequest): Promise<SweepPage> {
    requirePage(request);
    const { after, limit } = request;
    const sweeps = (await allSweeps(this.#storage().documents)).sort(newestFirst);
    const place = after === undefined ? undefined : placeIn(after);
    const rest = place ? sweeps.filter((sweep) => newestFirst(place, sweep) < 0) : sweeps;
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const next = last === undefined || rest.length === page.length ? undefined : textOf(last);
    return { sweeps: page.map(shownSweep), next };
  }

  async cancel(sweepId: string, signal: AbortSignal): Promise<Sweep> {
    requireName('sweep_id', sweepId);
    const { components } = this.#parts;
    const { documents } = this.#storage();
    let found = await untilEnd(findSweep(documents, sweepId), signal);
    for (;;) {
      if (found === undefined) throw noSweep();
      if (found.sweep.state !== 'running') return shownSweep(found.sweep);
      const updatedMs = components.clock.nowMs();
      const sweep: StoredSweep = { ...found.sweep, state: 'cancelled', updatedMs };
      const saved = await saveSweep(found.document, sweep, { documents, components, signal });
      if (saved.kind === 'saved') return shownSweep(sweep);
      found = saved.found;
    }
  }

  #arm({ sweepId }: NormalCommand, signal: AbortSignal): Promise<void> {
    const { components } = this.#parts;
    const { timedEvents } = this.#storage();
    const nowMs = components.clock.nowMs();
    // a sweep may be of all applications
    const subject = { task: 'sweep', application: '', id: sweepId } as const;
    return armTask(subject, nowMs, { timedEvents, components, signal }, armedPayload(nowMs));
  }

  #stopParts(key: TimedEventKey, signal: AbortSignal): StopParts {
    requireName('application', key.application);
    requireName('event_id', key.eventId);
    return { timedEvents: this.#storage().timedEvents, key, signal };
  }

  #storage(): SchedulerStorage {
    return requireReady(this.#parts);
  }
}

function newSweep(wish: NormalCommand, nowMs: number): StoredSweep {
  const { sweepId, action, dryRun, perSecond, filter } = wish;
  return {
    sweepId,
    action,
    filter: { ...filter, httpStatuses: [...filter.httpStatuses] },
    dryRun,
    perSecond,
    state: 'running',
    createdMs: nowMs,
    updatedMs: nowMs,
    counts: { scanned: 0, matched: 0, changed: 0, overtaken: 0 },
    examples: [],
    cursor: { kind: 'start' },
  };
}

/** The sweep of that id, if it is the one that is wished for. SWEEP_EXISTS. */
function existing(stored: StoredSweep | undefined, wish: NormalCommand): Sweep {
  if (stored === undefined) throw noSweep();
  const sweep = shownSweep(stored);
  if (sameCommand(sweep, wish)) return sweep;
  throw new AppError('SWEEP_EXISTS', 'there is another sweep of this id');
}

type Place = Pick<StoredSweep, 'createdMs' | 'sweepId'>;

function newestFirst(left: Place, right: Place): number {
  if (left.createdMs !== right.createdMs) return right.createdMs - left.createdMs;
  return left.sweepId < right.sweepId ? -1 : Number(left.sweepId > right.sweepId);
}

function textOf({ createdMs, sweepId }: Place): string {
  return `${createdMs} ${sweepId}`;
}

function placeIn(text: string): Place {
  const [, createdMs, sweepId] = /^(\d{1,16}) (.+)$/s.exec(text) ?? [];
  if (createdMs === undefined || sweepId === undefined) {
    throw new AppError('CURSOR_INVALID', 'the place was not given by a list of sweeps');
  }
  return { createdMs: Number(createdMs), sweepId };
}
