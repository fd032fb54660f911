/** One step of a stage, of the kinds that our Dockerfiles use. */
export type Instruction =
  | { readonly kind: 'workdir'; readonly path: string }
  | {
      readonly kind: 'copy';
      /** The stage it copies from; undefined: the folder that is built. */
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly target: string;
    }
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'env'; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: 'expose'; readonly ports: readonly number[] }
  | { readonly kind: 'healthcheck'; readonly command: readonly string[] }
  | { readonly kind: 'cmd'; readonly command: readonly string[] }
  | { readonly kind: 'user'; readonly user: string };

export interface Stage {
  /** Empty for a last stage without a name. */
  readonly name: string;
  /** An image, or the name of an earlier stage. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
  /** Comments before it, and everything after its FROM, as written. */
  readonly comments: string;
  readonly body: string;
}

/** Reads a Dockerfile; throws at whatever it does not know, so that nothing is passed over. */
export function parseDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  let comments = '';
  for (const { line, source } of logicalLines(text)) {
    if (line === '' || line.startsWith('#')) {
      comments = line === '' ? '' : comments + source;
      const last = stages.at(-1);
      if (last !== undefined) stages[stages.length - 1] = { ...last, body: last.body + source };
      continue;
    }
    const from = /^FROM (\S+)(?: AS ([a-z-]+))?$/.exec(line);
    const last = stages.at(-1);
    if (from !== null) {
      if (last !== undefined) stages[stages.length - 1] = withoutEnd(last, comments);
      const [, image = '', name = ''] = from;
      stages.push({ name, from: image, instructions: [], comments, body: '' });
    } else {
      if (last === undefined) throw new Error(`before the first FROM: ${line}`);
      const instructions = [...last.instructions, instructionOf(line)];
      stages[stages.length - 1] = { ...last, instructions, body: last.body + source };
    }
    comments = '';
  }
  return stages;
}

/** The comments before a FROM belong to it, not to the stage above. */
function withoutEnd(stage: Stage, comments: string): Stage {
  return { ...stage, body: `${stage.body.slice(0, stage.body.length - comments.length).trim()}\n` };
}

/** Lines with their continuations: joined by a blank, and as written. */
function logicalLines(text: string): { readonly line: string; readonly source: string }[] {
  const found = text.match(/^(?:.*\\\n)*.*(?:\n|$)/gm) ?? [];
  return found
    .filter((source) => source !== '')
    .map((source) => ({ source, line: source.replace(/\s*\\\n\s*/g, ' ').trim() }));
}

const READERS: Readonly<Record<string, (rest: string) => Instruction>> = {
  WORKDIR: (path) => ({ kind: 'workdir', path }),
  COPY: copyOf,
  RUN: (command) => ({ kind: 'run', command }),
  ENV: (rest) => ({ kind: 'env', variables: variablesOf(rest) }),
  EXPOSE: (rest) => ({ kind: 'expose', ports: rest.split(' ').map(Number) }),
  HEALTHCHECK: (rest) => {
    const [, command = ''] = /^(?:--[a-z-]+=\w+ )*CMD (\[.*\])$/.exec(rest) ?? [];
    return { kind: 'healthcheck', command: wordsOf(command) };
  },
  CMD: (rest) => ({ kind: 'cmd', command: wordsOf(rest) }),
  USER: (user) => ({ kind: 'user', user }),
};

function instructionOf(line: string): Instruction {
  const [, word = '', rest = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
  const read = READERS[word];
  if (read === undefined) throw new Error(`unknown in a Dockerfile: ${line}`);
  return read(rest);
}

function copyOf(rest: string): Instruction {
  const words = rest.split(' ');
  const flags = words.filter((word) => word.startsWith('--'));
  const unknown = flags.find((flag) => !/^--(from|chown)=\S+$/.test(flag));
  if (unknown !== undefined) throw new Error(`unknown flag of COPY: ${unknown}`);
  const from = flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length);
  const paths = words.slice(flags.length);
  return { kind: 'copy', from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
}

function variablesOf(rest: string): Record<string, string> {
  const pairs = rest.split(' ').map((word) => /^([A-Z_]+)=([^"'$]*)$/.exec(word));
  return Object.fromEntries(
    pairs.map((pair) => {
      if (pair === null) throw new Error(`ENV is not NAME=value: ${rest}`);
      return [pair[1] ?? '', pair[2] ?? ''];
    }),
  );
}

/** The exec form: a shell as process 1 would keep signals from the program. */
function wordsOf(json: string): string[] {
  const words: unknown = JSON.parse(json === '' ? 'null' : json);
  const plain = Array.isArray(words) && words.every((word) => typeof word === 'string');
  if (!plain || words.length === 0) throw new Error(`not in the exec form: ${json}`);
  return words;
}
