import {
  AppError,
  untilEnd,
  type Limits,
  type StreamAppend,
  type StreamRef,
  type TypeCode,
} from '../core/index.js';
import type { Components } from '../runtime/index.js';
import type { AppendOutcome, AppendRequest } from '../storage/index.js';
import type { AppendNotices } from './append-notices.js';
import { AppendQueue, type QueueLimits } from './append-queue.js';
import { buildAppend, typeNames, withTypeCodes } from './build-append.js';
import { notReady, type OpenStorage } from './open-storage.js';
import type { AppendCommand, AppendResult } from './requests.js';
import type { TypeRegistry } from './type-registry.js';

export interface AppendsParts {
  readonly storage: OpenStorage;
  readonly types: TypeRegistry;
  readonly notices: AppendNotices;
  readonly limits: Limits;
  readonly queueLimits: QueueLimits;
  readonly components: Components;
}

/** The use case of appending: checks, codes of types, the queue, and notices of what is written. */
export class Appends {
  readonly #parts: AppendsParts;
  readonly #queue: AppendQueue;

  constructor(parts: AppendsParts) {
    this.#parts = parts;
    const { limits, queueLimits, components } = parts;
    this.#queue = new AppendQueue({
      append: (request) => this.#send(request),
      limits,
      queueLimits,
      components,
    });
  }

  /** See `EventStore.prepareAppend`. */
  async prepare(
    stream: StreamRef,
    command: AppendCommand,
    signal: AbortSignal,
  ): Promise<() => Promise<AppendResult>> {
    const { limits, components, types } = this.#parts;
    const known = types.codesOfEvents(command.events);
    const names = known === undefined ? typeNames(command, limits) : [];
    const built = buildAppend(command, limits, components.ids, known);
    const { eventTypes } = this.#parts.storage.ready();
    // codes are known to the storage before an event uses them
    const unseen = types.unseen(command.events);
    if (unseen.length > 0) await untilEnd(types.reserve(unseen, eventTypes), signal);
    if (known !== undefined) return () => this.#append(stream, built, signal);
    const codes = await untilEnd(types.codesOf(names, eventTypes), signal);
    const append = withTypeCodes(built, command, codes);
    return () => this.#append(stream, append, signal);
  }

  drain(graceMs: number): Promise<void> {
    return this.#queue.drain(graceMs);
  }

  async #append(
    stream: StreamRef,
    append: StreamAppend,
    signal: AbortSignal,
  ): Promise<AppendResult> {
    return resultOf(await this.#queue.append(stream, append, signal));
  }

  async #send(request: AppendRequest): Promise<readonly AppendOutcome[]> {
    const backend = this.#parts.storage.current();
    if (backend === undefined) {
      const error = notReady('the storage is closed');
      return request.appends.map(() => ({ kind: 'unavailable', error }));
    }
    let outcomes: readonly AppendOutcome[] = [];
    try {
      outcomes = await backend.eventLog.append(request);
      return outcomes;
    } finally {
      this.#notify(request, outcomes);
    }
  }

  /** No outcome is unknown, too. */
  #notify({ stream, appends }: AppendRequest, outcomes: readonly AppendOutcome[]): void {
    const touched = new Set<TypeCode>();
    let lastVersion: number | undefined;
    appends.forEach((append, index) => {
      const outcome = outcomes[index] ?? { kind: 'unknown' };
      if (outcome.kind === 'appended') {
        lastVersion = Math.max(lastVersion ?? 0, outcome.lastVersion);
      } else if (outcome.kind !== 'unknown') {
        return;
      }
      for (const { type } of append.events) touched.add(type);
    });
    if (touched.size > 0) {
      this.#parts.notices.tell({ stream: stream.id, types: touched, lastVersion });
    }
  }
}

function resultOf(outcome: AppendOutcome): AppendResult {
  switch (outcome.kind) {
    case 'appended':
    case 'duplicate': {
      const { firstVersion, lastVersion, savetimeMs } = outcome;
      return { firstVersion, lastVersion, savetimeMs, duplicate: outcome.kind === 'duplicate' };
    }
    case 'conflict':
      throw new AppError('VERSION_CONFLICT', 'optimistic locking failed', {
        current_version: String(outcome.currentVersion),
      });
    case 'unknown':
      throw new AppError(
        'OUTCOME_UNKNOWN',
        'the events may have been written: retry with the same event ids',
      );
    case 'unavailable':
    case 'invalid':
      throw outcome.error;
  }
}
