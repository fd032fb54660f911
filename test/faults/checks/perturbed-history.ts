import type { AppendEnd, AppendTry, RunRecord, StreamRead } from '../history/operation.js';
import { recordOf, STREAM, type Choices } from './random-history.js';

/** The history with a few things changed: times, answers, what a read saw, the final stream. */
export function perturbed(record: RunRecord, choices: Choices): RunRecord {
  let changed = record;
  for (let times = 2 + choices.below(5); times > 0; times -= 1) {
    changed = changedOnce(changed, choices);
  }
  return changed;
}

function changedOnce(record: RunRecord, choices: Choices): RunRecord {
  const keys = (record.finalStreams.get(STREAM) ?? []).map(({ key }) => key);
  if (choices.chance(1, 10)) return recordOf(record.lines, changedKeys(keys, choices));
  const changed = choices.below(record.lines.length);
  const lines = record.lines.map((line, at) => {
    if (at !== changed || (line.kind !== 'append' && line.kind !== 'read')) return line;
    if (choices.chance(4, 5)) return moved(line, choices);
    return line.kind === 'read'
      ? { ...line, keys: changedKeys(line.keys, choices) }
      : { ...line, end: changedEnd(line, choices) };
  });
  return recordOf(lines, keys);
}

function moved<Line extends AppendTry | StreamRead>(line: Line, choices: Choices): Line {
  const invokedMs = line.invokedMs + choices.below(25) - 12;
  return { ...line, invokedMs, endedMs: invokedMs + choices.below(4) };
}

function changedKeys(keys: readonly string[], choices: Choices): string[] {
  const at = choices.below(Math.max(1, keys.length));
  const [before, after] = [keys.slice(0, at), keys.slice(at)];
  const change = choices.one('drop', 'end', 'turn', 'double', 'add');
  switch (change) {
    case 'drop':
      return [...before, ...after.slice(1)];
    case 'end':
      return before;
    case 'turn':
      return [...after, ...before];
    case 'double':
      return [...before, ...after.slice(0, 1), ...after];
    case 'add':
      return [...keys, choices.one('a#0', 'b#0', 'c#0', 'd#0')];
  }
}

function changedEnd({ end, types }: AppendTry, choices: Choices): AppendEnd {
  const version = choices.below(5);
  const ok = {
    kind: 'ok',
    firstVersion: version,
    lastVersion: version + types.length - 1,
  } as const;
  switch (end.kind) {
    case 'ok':
      return choices.one<AppendEnd>(
        ok,
        { kind: 'conflict', currentVersion: choices.one(undefined, version) },
        { kind: 'refused', why: 'made' },
      );
    case 'conflict':
      return choices.one<AppendEnd>(ok, { kind: 'conflict', currentVersion: version });
    case 'unknown':
    case 'refused':
      return choices.one<AppendEnd>(
        ok,
        { kind: 'refused', why: 'made' },
        { kind: 'conflict', currentVersion: undefined },
      );
  }
}
