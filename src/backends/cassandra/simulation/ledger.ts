import assert from 'node:assert/strict';
import type { NewEvent } from '../../../core/index.js';
import type { StoredEvent } from './tables.js';
import type { World } from './world.js';

/** What callers were told of their appends, to be held against the tables and the readers. */
export class Ledger {
  readonly #world: World;
  readonly #acknowledged = new Map<number, string[]>();
  readonly #inOrder: string[] = [];
  readonly #begunAtMs = new Map<string, number>();
  readonly #found = new Set<string>();
  readonly #refused = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** A caller begins to append; what it repeats has begun with the first try. */
  begin(events: readonly NewEvent[]): void {
    for (const { eventId } of events) this.#begunAtMs.set(eventId, this.#world.time.nowMs);
  }

  /** When it was sent first. */
  begunAtMs(eventId: string): number {
    return this.#begunAtMs.get(eventId) ?? assert.fail(`nobody has appended ${eventId}`);
  }

  acknowledge(events: readonly NewEvent[]): void {
    for (const { type, eventId } of events) {
      const ofType = this.#acknowledged.get(type) ?? [];
      this.#acknowledged.set(type, ofType);
      ofType.push(eventId);
      this.#inOrder.push(eventId);
    }
  }

  /** An earlier try turned out to have written them; whoever did may be long gone. */
  find(events: readonly NewEvent[]): void {
    for (const { eventId } of events) this.#found.add(eventId);
  }

  refuse(events: readonly NewEvent[]): void {
    for (const { eventId } of events) this.#refused.add(eventId);
  }

  acknowledged(type: number): readonly string[] {
    return this.#acknowledged.get(type) ?? [];
  }

  /** Of all types, in the order in which callers were told. */
  get inOrder(): readonly string[] {
    return this.#inOrder;
  }

  /** Acknowledged events are there, once; refused ones are not; savetimes rise in each stream. */
  checkTables(): void {
    const stored = new Map<string, StoredEvent>();
    for (const [stream, { version, events }] of this.#world.tables.streams) {
      assert.equal(events.length, version, `versions of ${stream}`);
      events.forEach((event, index) => {
        assert.equal(event.version, index + 1, `version in ${stream}`);
        assert.ok(!stored.has(event.eventId), `event ${event.eventId} is there twice`);
        assert.ok(!this.#refused.has(event.eventId), `refused event ${event.eventId} is there`);
        const before = events[index - 1]?.savetimeMs ?? 0;
        assert.ok(before <= event.savetimeMs, `savetime falls in ${stream} at ${event.version}`);
        stored.set(event.eventId, event);
      });
    }
    for (const ids of [...this.#acknowledged.values(), this.#found]) {
      for (const id of ids) assert.ok(stored.has(id), `acknowledged event ${id} is not there`);
    }
  }
}
