import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { mainOf, Program } from '../e2e/program.js';
import { commandsOf, type CommandLine } from './command-line.js';
import { replaced, type Guide } from './guide-files.js';
import type { Block } from './markdown.js';

/**
 * What the blocks of a guide may be, besides files: `output` is that of the last command, `prints`
 * that of the last program that runs on.
 */
export const WAYS = ['run', 'start', 'output', 'prints', 'not-run'] as const;

/** What a run of a guide has around it. */
export interface GuideSurroundings {
  /** Where its files are. */
  readonly folder: string;
  /** For every program. */
  readonly env: Readonly<Record<string, string>>;
  /** Replaced in commands, as in the files: text to text. */
  readonly replace: ReadonlyMap<string, string>;
}

/** Does what a guide tells its reader to do. */
export class GuideRunner {
  /** What runs until it is stopped, by command: `node deadlines.js`. */
  readonly running = new Map<string, Program>();
  readonly #context: TestContext;
  readonly #guide: Guide;
  readonly #around: GuideSurroundings;
  #last: Program | undefined;
  #lastStarted: Program | undefined;
  #next = 0;

  constructor(context: TestContext, guide: Guide, around: GuideSurroundings) {
    this.#context = context;
    this.#guide = guide;
    this.#around = around;
  }

  /** Runs the blocks one after the other, up to the heading or to the end. */
  async play(untilHeading?: string): Promise<void> {
    const { text, blocks } = this.#guide;
    const heading = untilHeading === undefined ? -1 : text.indexOf(`\n## ${untilHeading}\n`);
    if (untilHeading !== undefined) assert.ok(heading >= 0, `no heading ${untilHeading}`);
    const lastLine = heading < 0 ? Infinity : text.slice(0, heading).split('\n').length;
    for (; this.#next < blocks.length; this.#next += 1) {
      const block = blocks[this.#next];
      if (block === undefined || block.line > lastLine) return;
      await this.#step(block);
    }
  }

  /** Starts a program of the guide once more. */
  async start(command: CommandLine): Promise<Program> {
    const program = this.#spawn(command);
    this.running.set(command.words.join(' '), program);
    this.#last = program;
    this.#lastStarted = program;
    if (command.words[2] === 'serve') await program.waitFor(/"msg":"the storage is open"/);
    return program;
  }

  /** Ends what runs, gently. */
  async stop(): Promise<void> {
    for (const [name, program] of [...this.running].toReversed()) {
      assert.deepEqual(await program.stop('SIGINT'), { code: 0, signal: null }, name);
    }
    this.running.clear();
  }

  async #step(block: Block): Promise<void> {
    const { note } = block;
    if (note === 'start') for (const command of commandsOf(block.text)) await this.start(command);
    if (note === 'run') for (const command of commandsOf(block.text)) await this.#run(command);
    if (note === 'output') await this.#expect(block, this.#last);
    if (note === 'prints') await this.#expect(block, this.#lastStarted);
    if (note.startsWith('shows=')) this.#expectFile(block);
  }

  async #run(command: CommandLine): Promise<void> {
    const program = this.#spawn(command);
    this.#last = program;
    const { code } = await program.exit();
    assert.equal(code, 0, `${command.words.join(' ')}:\n${program.output}`);
  }

  /** Waits for it: a program that goes on running may print it later. */
  async #expect({ line, text }: Block, program: Program | undefined): Promise<void> {
    assert.ok(program !== undefined, `${this.#guide.path}:${line} follows no command`);
    await program.waitFor(patternOf(text));
  }

  #expectFile({ note, text }: Block): void {
    const path = join(this.#around.folder, note.replace('shows=', ''));
    const found = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const shown = JSON.parse(text) as Record<string, unknown>;
    for (const [key, value] of Object.entries(shown)) assert.deepEqual(found[key], value, key);
  }

  #spawn({ env, words }: CommandLine): Program {
    const { folder: cwd, replace } = this.#around;
    const [program, first = '', ...rest] = words.map((word) => replaced(word, replace));
    const isOurs = program === 'npx' && first === 'cassadra';
    assert.ok(isOurs || program === 'node', `${words.join(' ')} is no command of a guide`);
    const name = isOurs ? 'cassadra' : first;
    const args = [isOurs ? mainOf(name) : first, ...rest];
    return new Program(this.#context, name, { ...env, ...this.#around.env }, { args, cwd });
  }
}

/** `…` stands for anything within a line. */
function patternOf(text: string): RegExp {
  const escaped = text.trimEnd().replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('…', '.*')}$`, 'm');
}
