/** A fenced block of a document. */
export interface Block {
  /** Line of its opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** What the fence says after the language: `run=embedded`, `output`. */
  readonly note: string;
  readonly text: string;
}

const FENCED = /^```(\S*)(?:[ ]+(\S.*))?\n([^]*?)^```$/gm;
const LINK = /\]\(([^)\s]+)\)/g;

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** The fenced blocks of a Markdown text, in order. */
export function blocksOf(text: string): Block[] {
  return [...text.matchAll(FENCED)].map((match) => {
    const [, language = '', note = '', body = ''] = match;
    return { line: lineAt(text, match.index), language, note, text: body };
  });
}

/** The text without its fenced blocks. */
export function proseOf(text: string): string {
  return text.replace(FENCED, '');
}

/** Targets of the links, those to the web excluded. */
export function localLinksOf(text: string): string[] {
  const targets = [...proseOf(text).matchAll(LINK)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors that GitHub makes of the headings. */
export function anchorsOf(text: string): string[] {
  return [...proseOf(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
