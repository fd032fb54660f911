import assert from 'node:assert/strict';
import type {
  ExpectedVersion,
  PageBoundary,
  StreamAppend,
  StreamRef,
} from '../../src/core/index.js';
import type { Coverage } from './coverage.js';
import type { Operation } from './operations.js';
import { keyOf, type ComparableEvent, type Poll, type Side } from './side.js';
import { pick, PREFIXES, type World } from './world.js';

type Of<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;

/** One random run: every operation on both sides, the answers compared. */
export class Run {
  readonly #reference: Side;
  readonly #other: Side;
  readonly #world: World;
  readonly #coverage: Coverage;
  /** The polls that go on at an end of the feed. */
  readonly #ends = new Set<string>();

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
      case 'walk streams':
        return this.#walkStreams(operation);
      case 'feed end':
        return this.#feedEnd(operation);
      case 'find code':
        return this.#findCode(operation);
      case 'names of':
        return this.#namesOf(operation);
      default:
        return this.#stepOfTypes(operation);
    }
  }

  #stepOfTypes(
    operation: Of<'code of' | 'find code' | 'names of' | 'declare' | 'reserve'>,
  ): Promise<void> {
    switch (operation.kind) {
      case 'code of':
        return this.#codeOf(operation);
      case 'find code':
        return this.#findCode(operation);
      case 'names of':
        return this.#namesOf(operation);
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
    for (const number of [0, 1, 2, 4, 5, 7]) {
      for (const boundary of new Set(['event', this.#other.kit.wholeMs] as const)) {
        const poll = this.#pollOf(number, boundary, 7);
        await this.#sameFeed((side) => side.readFeed(poll), poll);
      }
    }
    const { prefix, codes, streams } = this.#world;
    await this.#same('walk', (side) => side.walkStreams(streams, 500));
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

  async #poll({ types: number, boundary: wanted, limit }: Of<'poll'>): Promise<void> {
    const poll = this.#pollOf(number, wanted, limit);
    const events = await this.#sameFeed((side) => side.poll(poll), poll);
    const { types, boundary } = poll;
    const several = types?.length === 1 ? 'one' : 'several';
    const found = events.length > 0 ? 'events' : 'none';
    this.#coverage.count(`poll ${boundary} of ${types ? several : 'all'}: ${found}`);
    if (this.#ends.delete(keyOf(poll))) this.#coverage.count(`poll after the feed end: ${found}`);
  }

  /** A view may show what stands before its end once more. */
  async #feedEnd({ types: number, boundary }: Of<'feed end'>): Promise<void> {
    if (this.#isView) return;
    const poll = this.#pollOf(number, boundary, 1);
    for (const side of [this.#reference, this.#other]) await side.skipToEnd(poll);
    this.#ends.add(keyOf(poll));
  }

  get #isView(): boolean {
    return this.#other.kit.capabilities.feed === 'view';
  }

  #pollOf(number: number, wanted: PageBoundary, limit: number): Poll {
    const world = this.#world;
    const { wholeMs, gaps } = this.#other.kit;
    const chosen = world.typesOf(number);
    const hasAll = !this.#isView && gaps['pages of all events'] === undefined;
    const types = hasAll ? chosen : (chosen ?? world.types);
    const boundary = wanted === 'event' ? wanted : wholeMs;
    return { types, boundary, limit, acknowledged: world.acknowledged(types) };
  }

  /** Views order streams among each other by savetime; then only the events are the same. */
  async #sameFeed(
    ask: (side: Side) => Promise<ComparableEvent[]>,
    { types, boundary }: Poll,
  ): Promise<ComparableEvent[]> {
    const what = `feed of ${types?.join(', ') ?? 'all'}, boundary ${boundary}`;
    return this.#same(what, async (side) => {
      const events = await ask(side);
      return this.#isView ? events.sort(byPlace) : events;
    });
  }

  async #listStreams({ prefix, limit }: Of<'list streams'>): Promise<void> {
    const text = this.#world.prefix + pick(PREFIXES, prefix);
    const names = await this.#same('streams', (side) => side.listStreams(text, limit));
    this.#coverage.count(`list streams: ${names.length > 0 ? 'names' : 'none'}`);
  }

  async #walkStreams({ limit }: Of<'walk streams'>): Promise<void> {
    const walk = (side: Side) => side.walkStreams(this.#world.streams, limit);
    const met = await this.#same('walk', walk);
    this.#coverage.count(`walk streams: ${met.length > 0 ? 'streams' : 'none'}`);
  }

  async #findCode({ name }: Of<'find code'>): Promise<void> {
    const text = pick(this.#world.typeNames, name);
    const code = await this.#same('found code', (side) => side.findCode(text));
    this.#coverage.count(`find code: ${typeof code === 'number' ? 'declared' : (code ?? 'none')}`);
  }

  async #namesOf({ codes: bits }: Of<'names of'>): Promise<void> {
    const codes = this.#world.codes.filter((_, bit) => (bits & (1 << bit)) !== 0);
    const names = await this.#same('names', (side) => side.namesOf(codes));
    this.#coverage.count(`names of: ${names.length > 0 ? 'names' : 'none'}`);
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
