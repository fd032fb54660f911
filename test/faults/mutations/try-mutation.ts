import { copyProject, mutate, PatchFailed } from './mutated-copy.js';
import { commandText, type Mutation, type TestCommand } from './mutation.js';
import { runTestCommand, type TestRun } from './run-test-command.js';

const EVIDENCE_CHARACTERS_MAX = 140;
const OUTPUT_SHOWN_LINES = 30;

/** What became of a mutation. Only `caught` is well, and `skipped` where it is said loudly. */
export type Verdict =
  | { readonly kind: 'caught'; readonly seconds: number; readonly evidence: string }
  /** The tests passed, or did not say why they failed. */
  | { readonly kind: 'survived'; readonly seconds: number; readonly output: string }
  | { readonly kind: 'does-not-apply'; readonly why: string }
  /** The tests do not pass without the mutation, or would be said to catch it then. */
  | { readonly kind: 'control-failed'; readonly why: string }
  | { readonly kind: 'skipped'; readonly why: string };

export interface TrialOptions {
  /** Why there is no Cassandra; undefined: there is one. */
  readonly withoutCassandra: string | undefined;
  /** False where the same tests are run without a mutation anyway. */
  readonly controls: boolean;
}

/** Tries mutations; each command runs once without any, on a copy of its own, too. */
export class MutationTrial {
  readonly #options: TrialOptions;
  readonly #controls = new Map<string, Promise<TestRun>>();

  constructor(options: TrialOptions) {
    this.#options = options;
  }

  async try(mutation: Mutation): Promise<Verdict> {
    const { command, shows } = mutation;
    const { withoutCassandra, controls } = this.#options;
    if (command.needsCassandra && withoutCassandra !== undefined) {
      return { kind: 'skipped', why: withoutCassandra };
    }
    const copy = await copyProject();
    try {
      await mutate(copy, mutation.patch);
      const run = await runTestCommand(copy, command);
      if (run.end === 'passed' && run.passed === 0) {
        return { kind: 'skipped', why: `its test was skipped:\n${partOf(run)}` };
      }
      const evidence = evidenceIn(run, shows);
      if (run.end !== 'failed' || evidence === undefined) {
        return { kind: 'survived', seconds: run.seconds, output: partOf(run) };
      }
      const problem = controls ? await this.#controlProblem(command, shows) : undefined;
      if (problem !== undefined) return { kind: 'control-failed', why: problem };
      return { kind: 'caught', seconds: run.seconds, evidence };
    } catch (error) {
      if (error instanceof PatchFailed) return { kind: 'does-not-apply', why: error.message };
      throw error;
    } finally {
      await copy.remove();
    }
  }

  async #controlProblem(command: TestCommand, shows: RegExp): Promise<string | undefined> {
    const key = commandText(command);
    const control = this.#controls.get(key) ?? runUnchanged(command);
    this.#controls.set(key, control);
    const run = await control;
    if (run.end !== 'passed') return `${key} ${run.end} without a mutation:\n${partOf(run)}`;
    if (run.passed === 0) return `${key} has run no test`;
    const evidence = evidenceIn(run, shows);
    return evidence && `${key} says "${evidence}" without a mutation, too`;
  }
}

async function runUnchanged(command: TestCommand): Promise<TestRun> {
  const copy = await copyProject();
  try {
    return await runTestCommand(copy, command);
  } finally {
    await copy.remove();
  }
}

/** What shows why a test failed: the groups of the expression, or all that it matches. */
function evidenceIn({ output }: TestRun, shows: RegExp): string | undefined {
  const found = shows.exec(output);
  if (found === null) return undefined;
  const [all, ...groups] = found;
  const parts = groups.length === 0 ? [all] : groups;
  return parts.join(' … ').replaceAll(/\s+/g, ' ').slice(0, EVIDENCE_CHARACTERS_MAX);
}

/** From the first test that failed, or the last lines. */
function partOf({ output }: TestRun): string {
  const lines = output.trimEnd().split('\n');
  const failed = lines.findIndex((line) => /^ *not ok /.test(line));
  const from = failed === -1 ? lines.length - OUTPUT_SHOWN_LINES : failed;
  return lines.slice(Math.max(0, from), from + OUTPUT_SHOWN_LINES).join('\n');
}
