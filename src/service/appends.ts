import { AppError, untilEnd, type Limits, type StreamRef, type TypeCode } from '../core/index.js';
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
    const { limits, components } = this.#parts;
    const names = typeNames(command, limits);
    const built = buildAppend(command, limits, components.ids);
    await this.#reserveCodes(command, signal);
    const codes = await this.#codesOf(names, signal);
    const append = withTypeCodes(built, command, codes);
    return async () => resultOf(await this.#queue.append(stream, append, signal));
  }

  drain(graceMs: number): Promise<void> {
    return this.#queue.drain(graceMs);
  }

  /** Codes are known to the storage before an event uses them. */
  async #reserveCodes(command: AppendCommand, signal: AbortSignal): Promise<void> {
    const { types, storage } = this.#parts;
    const { eventTypes } = storage.ready();
    const codes = command.events.flatMap(({ type }) => (typeof type === 'string' ? [] : [type]));
    const unseen = types.unseen(codes);
    if (unseen.length > 0) await untilEnd(types.reserve(unseen, eventTypes), signal);
  }

  #codesOf(
    names: readonly string[],
    signal: AbortSignal,
  ): ReadonlyMap<string, TypeCode> | Promise<ReadonlyMap<string, TypeCode>> {
    const { types, storage } = this.#parts;
    const known = types.knownCodes(names);
    return known ?? untilEnd(types.codesOf(names, storage.ready().eventTypes), signal);
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
