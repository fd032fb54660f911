/** A file of the checkout: its path from the root, with slashes, and its text. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

const COLUMNS_MAX = 100;
/** A literal, a regular expression, or a line of a longer literal that has no code around it. */
const LONG_TEXT =
  /'[^']{40,}'|"[^"]{40,}"|`[^`]{40,}|[^`]{40,}`|\/.{40,}\/[a-z]*;|^ *(CREATE|INSERT|<|--|[A-Z_]{6,}[ :])/;
const LINES_MAX = 400;
const MAIN_LINES_MAX = 60;
const ROOM_README_LINES_MAX = 30;

/** Names that say nothing, so that anything goes in. */
const EMPTY_NAME = /(^|[/.-])(utils?|helpers?|managers?|common|misc)([/.-]|$)/;
/** Notes to oneself belong in the issue tracker. (Written so that this line is not one.) */
const NOTE_TO_SELF = /\b(TO[D]O|FIX[M]E)\b/;
const LINT_OFF = /eslint-disable(-next-line|-line)?(?![\w`(-])(?<rest>.*)/;
const LINT_OFF_BY_CONFIGURATION = /\/\*\s*eslint(-env)?\s/;
const EXACT_VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

export function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split(/\r?\n/);
}

/** Problems of one file of code. */
export function problemsOfCode(file: TextFile): string[] {
  const lines = linesOf(file.text);
  const problems = lines.flatMap((line, index) =>
    problemsOfLine(line).map((problem) => `${file.path}:${index + 1} ${problem}`),
  );
  const max = /^cmd\/.*\/main\.ts$/.test(file.path) ? MAIN_LINES_MAX : LINES_MAX;
  if (lines.length > max) problems.push(`${file.path} has ${lines.length} lines, over ${max}`);
  return problems;
}

function problemsOfLine(line: string): string[] {
  const problems: string[] = [];
  // The formatter breaks code; only a text that cannot be broken may run over.
  const tooLong = [...line].length > COLUMNS_MAX && !LONG_TEXT.test(line);
  if (tooLong) problems.push(`is longer than ${COLUMNS_MAX} columns`);
  if (NOTE_TO_SELF.test(line)) problems.push('is a note to oneself: write an issue');
  if (LINT_OFF_BY_CONFIGURATION.test(line)) problems.push('configures the linter in a comment');
  const rest = LINT_OFF.exec(line)?.groups?.['rest'];
  if (rest === undefined) return problems;
  const [rules, reason] = rest.replace(/\*\/.*$/, '').split(/\s--+\s/, 2);
  if (rules?.trim() === '') problems.push('switches all rules off: name the one you mean');
  if ((reason ?? '').trim() === '') problems.push('switches a rule off without `-- reason`');
  return problems;
}

/** Problems of one document: exactly one title, and no note to oneself. */
export function problemsOfDocument(file: TextFile): string[] {
  const titles = linesOutsideFences(file.text).filter((line) => /^# /.test(line)).length;
  const problems = titles === 1 ? [] : [`${file.path} has ${titles} titles (# …), wanted one`];
  if (NOTE_TO_SELF.test(file.text)) problems.push(`${file.path} holds a note to oneself`);
  return problems;
}

function linesOutsideFences(text: string): string[] {
  let fence: string | undefined;
  return linesOf(text).filter((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark === undefined) return fence === undefined;
    if (fence === undefined) fence = mark;
    else if (mark.startsWith(fence)) fence = undefined;
    return false;
  });
}

/** Problems of a room's README; `file` is undefined when there is none. */
export function problemsOfRoomReadme(room: string, file: TextFile | undefined): string[] {
  if (file === undefined) return [`${room} has no README.md`];
  const lines = linesOf(file.text).length;
  if (lines <= ROOM_README_LINES_MAX) return [];
  return [`${file.path} has ${lines} lines, over ${ROOM_README_LINES_MAX}`];
}

export function problemsOfName(path: string): string[] {
  return EMPTY_NAME.test(path) ? [`${path}: the name does not say what is inside`] : [];
}

interface Pins {
  readonly [name: string]: string | Pins;
}

/** Overrides may be those of one package's own dependencies. */
function pinsIn(pins: Pins): [string, string][] {
  return Object.entries(pins).flatMap(([name, pin]) =>
    typeof pin === 'string' ? [[name, pin] as [string, string]] : pinsIn(pin),
  );
}

/** Versions of a package.json that are not exact. The checkout itself has none. */
export function problemsOfPins(file: TextFile): string[] {
  const sections = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'];
  const manifest = JSON.parse(file.text) as Record<string, Pins | undefined>;
  return sections
    .flatMap((section) => pinsIn(manifest[section] ?? {}))
    .filter(([, version]) => !EXACT_VERSION.test(version) && version !== 'file:..')
    .map(([name, version]) => `${file.path}: ${name} is ${version}, not an exact version`);
}
