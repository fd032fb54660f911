import assert from 'node:assert/strict';
import type { ExpectedVersion, StreamAppend, StreamRef } from '../../src/core/index.js';
import type { Coverage } from './coverage.js';
import type { Operation } from './operations.js';
import type { ComparableEvent, Poll, Side } from './side.js';
import { pick, PREFIXES, type World } from './world.js';

type Of<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;

/** One random run: every operation on both sides, the answers compared. */
export class Run {
  readonly #reference: Side;
  readonly #other: Side;
  readonly #world: World;
  readonly #coverage: Coverage;

  constructor(sides: readonly [Side, Side], world: World, coverage: Coverage) {
    [this.#reference, this.#other] = sides;
    this.#world = world;
    this.#coverage = coverage;
  }

  async step(operation: Operation): Promise<void> {
    switch (operation.kind) {
      case 'append':
        return this.#append(operation);
      case 'retry':
        return this.#retry(operation);
      case 'load':
        return this.#load(operation);
      case 'current version':
        return this.#currentVersion(pick(this.#world.streams, operation.stream));
      case 'poll':
        return this.#poll(operation);
      case 'list streams':
        return this.#listStreams(operation);
      case 'code of':
        return this.#codeOf(operation);
      case 'declare':
        return this.#declare(operation);
      case 'reserve':
        return this.#reserve(operation);
    }
  }

  /** Compares all that the run has left behind. */
  async compareAll(): Promise<void> {
    for (const stream of this.#world.streams) {
      await this.#same(`stream ${stream.name ?? stream.id}`, (side) => side.load(stream));
    }
    for (const type of this.#world.types) {
      const acknowledged = this.#world.written.get(type) ?? 0;
      for (const boundary of ['event', 'millisecond'] as const) {
        const query = { type, boundary, limit: 7, acknowledged };
        await this.#sameFeed((side) => side.readType(query), query);
      }
    }
    const { prefix, codes } = this.#world;
    await this.#same('directory', (side) => side.listStreams(prefix, 100));
    await this.#same('types', (side) => side.listTypes(prefix, codes));
  }

  /** Asks both sides; their answers must be equal. */
  async #same<Answer>(what: string, ask: (side: Side) => Promise<Answer>): Promise<Answer> {
    const wanted = await ask(this.#reference);
    assert.deepEqual(await ask(this.#other), wanted, what);
    return wanted;
  }

  async #append({ stream: number, parts }: Of<'append'>): Promise<void> {
    const stream = pick(this.#world.streams, number);
    let version = await this.#reference.kit.currentVersion(stream);
    const appends = parts.map((part) => {
      const append = this.#world.newAppend(stream, part, version);
      version += append.events.length;
      return append;
    });
    await this.#send(stream, appends);
  }

  async #retry({ of, change, twice }: Of<'retry'>): Promise<void> {
    const sent = this.#world.sent[of % Math.max(1, this.#world.sent.length)];
    if (sent === undefined) return;
    const append = this.#world.changed(sent, change);
    await this.#send(sent.stream, twice ? [append, append] : [append]);
  }

  async #send(stream: StreamRef, appends: readonly StreamAppend[]): Promise<void> {
    const outcomes = await this.#same('outcomes', (side) => side.append(stream, appends));
    const kinds = outcomes.map(kindOf);
    kinds.forEach((kind, index) => {
      const append = appends[index];
      if (append === undefined) return;
      this.#coverage.count(`${expectedKind(append.expected)}: ${kind}`);
      if (kind === 'appended') this.#world.countWritten(append.events);
    });
    if (kinds.length === 1) return;
    if (kinds.every((kind) => kind === 'appended')) this.#coverage.count('merged: all appended');
    if (new Set(kinds).size > 1) this.#coverage.count('merged: mixed outcomes');
  }

  async #load({ stream, direction, fromVersion, limit }: Of<'load'>): Promise<void> {
    const loaded = await this.#same('load', (side) =>
      side.load(pick(this.#world.streams, stream), { direction, fromVersion, limit }),
    );
    this.#coverage.count(`load ${direction}: ${loaded.length > 0 ? 'events' : 'none'}`);
  }

  async #currentVersion(stream: StreamRef): Promise<void> {
    const version = await this.#same('version', (side) => side.kit.currentVersion(stream));
    this.#coverage.count(`current version: ${version === 0 ? '0' : 'above 0'}`);
  }

  async #poll({ type: number, boundary, limit }: Of<'poll'>): Promise<void> {
    const type = pick(this.#world.types, number);
    const acknowledged = this.#world.written.get(type) ?? 0;
    const poll = { type, boundary, limit, acknowledged };
    const events = await this.#sameFeed((side) => side.poll(poll), poll);
    this.#coverage.count(`poll ${boundary}: ${events.length > 0 ? 'events' : 'none'}`);
  }

  /** Views order streams among each other by savetime; then only the events are the same. */
  async #sameFeed(
    ask: (side: Side) => Promise<ComparableEvent[]>,
    { type, boundary }: Poll,
  ): Promise<ComparableEvent[]> {
    const sorted = this.#other.kit.capabilities.feed === 'view';
    return this.#same(`feed of ${type}, boundary ${boundary}`, async (side) => {
      const events = await ask(side);
      return sorted ? events.sort(byPlace) : events;
    });
  }

  async #listStreams({ prefix, limit }: Of<'list streams'>): Promise<void> {
    const text = this.#world.prefix + pick(PREFIXES, prefix);
    const names = await this.#same('streams', (side) => side.listStreams(text, limit));
    this.#coverage.count(`list streams: ${names.length > 0 ? 'names' : 'none'}`);
  }

  async #codeOf({ name }: Of<'code of'>): Promise<void> {
    const text = pick(this.#world.typeNames, name);
    const code = await this.#same('code', (side) => side.codeOf(text));
    this.#coverage.count(`code of: ${code === 'allocated' ? code : 'declared'}`);
  }

  async #declare({ name, code }: Of<'declare'>): Promise<void> {
    const [text, number] = [pick(this.#world.typeNames, name), pick(this.#world.codes, code)];
    const outcome = await this.#same('declare', (side) => side.declare(text, number));
    this.#coverage.count(`declare: ${outcome}`);
  }

  async #reserve({ code }: Of<'reserve'>): Promise<void> {
    const codes = [pick(this.#world.codes, code)];
    await this.#same('reserve', (side) => side.kit.backend.eventTypes.reserve(codes));
    this.#coverage.count('reserve');
  }
}

function expectedKind(expected: ExpectedVersion): string {
  return expected.kind;
}

function kindOf(outcome: unknown): string {
  assert.ok(typeof outcome === 'object' && outcome !== null && 'kind' in outcome);
  return String(outcome.kind);
}

function byPlace(left: ComparableEvent, right: ComparableEvent): number {
  if (left.stream !== right.stream) return left.stream < right.stream ? -1 : 1;
  return left.version - right.version;
}
