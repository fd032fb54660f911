import { isExpected } from '../../../src/core/index.js';
import type { AppendTry, RunRecord, StreamRead } from '../history/operation.js';

/** One thing that somebody did, with what the model must answer for it to be possible. */
interface Step {
  readonly invokedMs: number;
  /** Infinity: it may come at any later time, or never. */
  readonly endedMs: number;
  readonly line: AppendTry | StreamRead;
}

/** What is there after some steps: the keys, and the appends that were told of a conflict. */
interface State {
  readonly keys: readonly string[];
  readonly refused: readonly string[];
}

/**
 * Whether a small history of one stream is linearizable, by trying every order (Wing and Gong, with
 * a memory of what was tried). Exponential: it is here to check the linear check. Each try is a
 * step of its own on a plain model of a stream.
 */
export function isLinearizable(record: RunRecord, stream: string): boolean {
  const final = (record.finalStreams.get(stream) ?? []).map((event) => event.key);
  const steps = record.lines.flatMap((line): Step[] => {
    if (line.kind !== 'append' && line.kind !== 'read') return [];
    if (line.stream !== stream) return [];
    if (line.kind === 'append' && line.end.kind === 'refused') return [];
    const isOpen = line.kind === 'append' && line.end.kind === 'unknown';
    return [{ invokedMs: line.invokedMs, endedMs: isOpen ? Infinity : line.endedMs, line }];
  });
  return new Search(steps, final).reaches(0, { keys: [], refused: [] });
}

class Search {
  readonly #steps: readonly Step[];
  readonly #final: string;
  readonly #tried = new Set<string>();

  constructor(steps: readonly Step[], final: readonly string[]) {
    this.#steps = steps;
    this.#final = final.join();
  }

  /** `done`: a bit for each step that has been taken. */
  reaches(done: number, state: State): boolean {
    const name = `${done} ${state.keys.join()} ${state.refused.toSorted().join()}`;
    if (this.#tried.has(name)) return false;
    this.#tried.add(name);
    const left = this.#steps.flatMap((step, at) => ((done >> at) & 1 ? [] : [{ step, at }]));
    const isOver = left.every(({ step }) => step.endedMs === Infinity);
    if (isOver && state.keys.join() === this.#final) return true;
    const firstEndMs = Math.min(...left.map(({ step }) => step.endedMs));
    return left.some(({ step, at }) => {
      if (step.invokedMs > firstEndMs) return false;
      const next = afterStep(state, step.line);
      return next !== undefined && this.reaches(done | (1 << at), next);
    });
  }
}

/** Undefined: the model would not have answered so. */
function afterStep(state: State, line: AppendTry | StreamRead): State | undefined {
  if (line.kind === 'read') return line.keys.join() === state.keys.join() ? state : undefined;
  switch (line.end.kind) {
    case 'ok':
      return afterSuccess(state, line, line.end);
    case 'conflict':
      return afterConflict(state, line, line.end.currentVersion);
    case 'unknown':
      // One that has no effect need not be taken at all.
      return afterWrite(state, line);
    case 'refused':
      return state;
  }
}

function afterSuccess(
  state: State,
  line: AppendTry,
  end: { readonly firstVersion: number; readonly lastVersion: number },
): State | undefined {
  const place = placeOf(state, line);
  const version = place ?? state.keys.length + 1;
  const lastVersion = version + line.types.length - 1;
  if (end.firstVersion !== version || end.lastVersion !== lastVersion) return undefined;
  return place === undefined ? afterWrite(state, line) : state;
}

function afterConflict(
  state: State,
  line: AppendTry,
  currentVersion: number | undefined,
): State | undefined {
  const { keys, refused } = state;
  const isConflict = placeOf(state, line) === undefined && !isExpected(line.expected, keys.length);
  const isTrue = currentVersion === undefined || currentVersion === keys.length;
  return isConflict && isTrue ? { keys, refused: [...refused, line.append] } : undefined;
}

function afterWrite(state: State, line: AppendTry): State | undefined {
  const { keys, refused } = state;
  const { append, types, expected } = line;
  if (placeOf(state, line) !== undefined || refused.includes(append)) return undefined;
  if (!isExpected(expected, keys.length)) return undefined;
  return { keys: [...keys, ...types.map((_, at) => `${append}#${at}`)], refused };
}

/** The version at which the append stands already. */
function placeOf({ keys }: State, { append }: AppendTry): number | undefined {
  const at = keys.indexOf(`${append}#0`);
  return at < 0 ? undefined : at + 1;
}
