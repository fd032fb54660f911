import { commandText, type Mutation } from './mutation.js';
import type { Verdict } from './try-mutation.js';

/** A mutation that was tried. */
export interface Tried {
  readonly mutation: Mutation;
  readonly verdict: Verdict;
}

const VERDICTS: Readonly<Record<Verdict['kind'], string>> = {
  caught: 'caught',
  survived: 'SURVIVED',
  'does-not-apply': 'DOES NOT APPLY',
  'control-failed': 'CONTROL FAILED',
  skipped: 'skipped',
};

/** Two digits, and the name. */
export function titleOf({ number, name }: Mutation): string {
  return `${String(number).padStart(2, '0')} ${name}`;
}

/** For the terminal, when it is over. */
export function resultLines({ mutation, verdict }: Tried): readonly string[] {
  const { command, breaks } = mutation;
  const title = `${titleOf(mutation)}: ${VERDICTS[verdict.kind]}${secondsOf(verdict)}`;
  const promise = `   breaks: ${breaks}`;
  const by = `   by ${commandText(command)}`;
  switch (verdict.kind) {
    case 'caught':
      return [title, promise, by, `   ${verdict.evidence}`];
    case 'survived':
      return [title, promise, by, indented(verdict.output)];
    case 'does-not-apply':
    case 'control-failed':
    case 'skipped':
      return [title, promise, by, indented(verdict.why)];
  }
}

function indented(text: string): string {
  return text.replace(/^/gm, '   ');
}

function secondsOf(verdict: Verdict): string {
  return 'seconds' in verdict ? ` in ${verdict.seconds.toFixed(1)} s` : '';
}

/** One line for all of them. */
export function sumLine(all: readonly Tried[]): string {
  const caught = all.filter(({ verdict }) => verdict.kind === 'caught').length;
  const others = all.filter(({ verdict }) => verdict.kind !== 'caught');
  const names = others.map(({ mutation, verdict }) => `${titleOf(mutation)} ${verdict.kind}`);
  return [`${caught} of ${all.length} mutations caught`, ...names].join('; ');
}

/** The table for `docs/proof`. `origin`: commit and date. */
export function markdownTable(all: readonly Tried[], origin: string): string {
  const rows = all.map(({ mutation, verdict }) => {
    const { number, bug, knownFrom, breaks, command } = mutation;
    const seconds = 'seconds' in verdict ? verdict.seconds.toFixed(1) : '';
    const evidence = verdict.kind === 'caught' ? `<br>“${verdict.evidence}”` : '';
    const by = `${commandText(command)}${evidence}`;
    const cells = [String(number), `${bug} (${knownFrom})`, breaks, by, seconds];
    return `| ${[...cells, VERDICTS[verdict.kind]].map(cell).join(' | ')} |`;
  });
  return [
    '# Mutations: known bugs put back, and what catches them',
    '',
    `Written by \`npm run test:faults -- mutations --write FILE\`, ${origin}.`,
    `${sumLine(all)}.`,
    '',
    'Each is a patch in `test/faults/mutations/patches/`, applied to a copy of the project. Caught',
    'means that the test named fails there with the message shown, and passes without the patch.',
    '',
    '| | bug | promise it breaks | caught by | s | verdict |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
