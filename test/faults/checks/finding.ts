import type { AppendTry, StreamRead } from '../history/operation.js';

/** An operation in a line for people. */
export function described(line: AppendTry | StreamRead): string {
  const { api, server } = line;
  const times = `${span(line.invokedMs, line.endedMs)} by ${api} of ${server}`;
  if (line.kind === 'read') return `a read of ${line.keys.length} events (${times})`;
  return `append ${line.append} (${endText(line)}, ${times})`;
}

export function span(fromMs: number, toMs: number): string {
  return `${atTime(fromMs)} to ${atTime(toMs)}`;
}

export function atTime(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

function endText({ end }: AppendTry): string {
  switch (end.kind) {
    case 'ok':
      return `ok, versions ${end.firstVersion} to ${end.lastVersion}`;
    case 'conflict':
      return end.currentVersion === undefined ? 'conflict' : `conflict at ${end.currentVersion}`;
    case 'unknown':
    case 'refused':
      return `${end.kind}: ${end.why}`;
  }
}
