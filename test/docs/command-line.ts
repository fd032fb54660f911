/** One command of a shell block. */
export interface CommandLine {
  /** Variables set in front of it. */
  readonly env: Readonly<Record<string, string>>;
  /** The command and its arguments, without quotes. */
  readonly words: readonly string[];
}

const WORD = /(?:[^\s'"#]|'[^']*'|"(?:[^"\\]|\\.)*"|(?<=\S)#)+/g;
const COMMENT = /(^|\s)#(?=\s).*$/;
const SETTING = /^([A-Z][A-Z0-9_]*)=(.*)$/;

function unquoted(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"/g,
    (_, single?: string, double?: string) => single ?? (double ?? '').replace(/\\(.)/g, '$1'),
  );
}

/** The commands of a bash block: one a line, `#` starts a comment. */
export function commandsOf(text: string): CommandLine[] {
  const lines = text.split('\n').map((line) => line.replace(COMMENT, '').trim());
  return lines.filter((line) => line !== '').map(commandOf);
}

function commandOf(line: string): CommandLine {
  const words = (line.match(WORD) ?? []).map(unquoted);
  const first = words.findIndex((word) => !SETTING.test(word));
  const settings = words.slice(0, first).map((word) => SETTING.exec(word) ?? []);
  const env = Object.fromEntries(settings.map(([, name = '', value = '']) => [name, value]));
  return { env, words: words.slice(first) };
}
