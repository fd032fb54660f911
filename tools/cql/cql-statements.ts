// One token: a string, a quoted name, a $$ body, a comment, a word, or a single character.
const TOKEN =
  /'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"|\$\$[\s\S]*?\$\$|(?:--|\/\/)[^\r\n]*|\/\*[\s\S]*?\*\/|\w+|[\s\S]/y;

/**
 * The text ends inside a string, a body, a comment or a batch; `line` is where that began, from 1.
 */
export class UnfinishedCqlError extends Error {
  override readonly name = 'UnfinishedCqlError';

  constructor(
    what: string,
    readonly line: number,
  ) {
    super(`${what} that begins on line ${line} does not end`);
  }
}

/**
 * The statements of a CQL text, in order, without their semicolons, comments and surrounding
 * blanks.
 * Semicolons and comment marks inside '…' (with '' for a quote), "…" and $$…$$ are text; `--` and
 * `//` comments go to
 * the end of the line, those of the slash-star kind do not nest. BEGIN … BATCH to APPLY BATCH is
 * one statement.
 * Throws {@link UnfinishedCqlError}. Does not check the statements themselves.
 */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let statement = new StatementBuilder();
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(text)?.[0] ?? '';
    const unfinished = unfinishedPart(text, at, token);
    if (unfinished) throw new UnfinishedCqlError(unfinished, lineAt(text, at));
    if (token === ';' && !statement.isOpenBatch()) {
      statements.push(statement.text());
      statement = new StatementBuilder();
    } else {
      statement.add(token, at);
    }
  }
  if (statement.isOpenBatch())
    throw new UnfinishedCqlError('a BEGIN BATCH', lineAt(text, statement.start));
  statements.push(statement.text());
  return statements.filter((each) => each !== '');
}

/** Gathers the tokens of one statement and watches for the words that open and close a batch. */
class StatementBuilder {
  /** Offset of the first word. */
  start = 0;
  #text = '';
  #isBatch = false;
  #first = '';
  #previous = '';
  #last = '';

  add(token: string, at: number): void {
    if (/^(--|\/\/)/.test(token)) return;
    if (token.startsWith('/*')) {
      // A comment separates words, as a blank does.
      this.#text += ' ';
      return;
    }
    this.#text += token;
    if (token.trim() === '' || token === ';') return;
    if (this.#first === '') this.start = at;
    this.#first ||= token.toUpperCase();
    this.#previous = this.#last;
    this.#last = token.toUpperCase();
    if (this.#first === 'BEGIN' && this.#last === 'BATCH' && this.#previous !== 'APPLY')
      this.#isBatch = true;
  }

  isOpenBatch(): boolean {
    return this.#isBatch && !(this.#previous === 'APPLY' && this.#last === 'BATCH');
  }

  text(): string {
    return this.#text.trim();
  }
}

// An opening mark that the long forms of TOKEN did not match comes out as one character.
function unfinishedPart(text: string, at: number, token: string): string | undefined {
  if (token === "'") return 'a string';
  if (token === '"') return 'a quoted name';
  if (token === '$' && text[at + 1] === '$') return 'a $$ body';
  if (token === '/' && text[at + 1] === '*') return 'a comment';
  return undefined;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\r|\n/).length;
}
