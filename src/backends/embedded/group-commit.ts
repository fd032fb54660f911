import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AppError } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import { CommitUnknown, commitCause, damaged, stopped, writeFailed } from './errors.js';
import { Ledger, LEDGER_KEY, type Writer } from './ledger.js';
import type { Tables } from './schema.js';

/** A group takes what waits, up to this many bytes of events: memory, and the wait of the last. */
const GROUP_BYTES_MAX = 16 * 1_048_576;
/** How long the storage may take to show that it still works, after a commit has failed. */
const PROBE_WAIT_MS = 5_000;

interface Job {
  readonly bytes: number;
  /** Answers what is to be called once the group is on the disk. */
  readonly run: (ledger: Ledger) => () => void;
  readonly reject: (error: unknown) => void;
}

interface FailedJob {
  readonly job: Job;
  readonly error: unknown;
}

/** The ledger as the current snapshot or transaction has it. */
export function readLedger(tables: Tables, writer: Writer): Ledger {
  const stored = tables.meta.get(LEDGER_KEY);
  if (stored === undefined && [...tables.byPosition.getKeys({ limit: 1 })].length > 0) {
    throw damaged('its ledger is missing');
  }
  return new Ledger(stored, writer);
}

/**
 * The only way to write: what is submitted while a commit is under way goes together into the
 * next transaction, so that one flush serves all of it.
 */
export class GroupCommit {
  readonly #tables: Tables;
  readonly #writer: Writer;
  readonly #components: Components;
  readonly #commits = new Set<Promise<void>>();
  #waiting: Job[] = [];
  #scheduled = false;
  #stopped: AppError | undefined;

  constructor(tables: Tables, writer: Writer, components: Components) {
    this.#tables = tables;
    this.#writer = writer;
    this.#components = components;
  }

  /** Why nothing can be written any more, if so. */
  get stoppedBy(): AppError | undefined {
    return this.#stopped;
  }

  /**
   * Runs `work` in a write transaction; it must be synchronous, and may run again when others of
   * its group fail. Resolves when its writes are on the disk. Rejects with what `work` threw, with
   * an `AppError` when nothing was written, or with `CommitUnknown`.
   */
  submit<Result>(work: (ledger: Ledger) => Result, bytes = 0): Promise<Result> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    return new Promise((resolve, reject) => {
      const run = (ledger: Ledger): (() => void) => {
        const result = work(ledger);
        return () => resolve(result);
      };
      this.#waiting.push({ bytes, run, reject });
      this.#schedule();
    });
  }

  /** Refuses what comes from now on and waits for what is under way. */
  async stop(reason: string): Promise<void> {
    this.#stopped ??= stopped(reason);
    while (this.#commits.size > 0) await Promise.all(this.#commits);
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    const commit = this.#commit();
    this.#commits.add(commit);
    void commit.finally(() => this.#commits.delete(commit));
  }

  async #commit(): Promise<void> {
    let group: Job[] = [];
    let failed: FailedJob | undefined;
    const answers: (() => void)[] = [];
    const { clock, metrics } = this.#components;
    const begunMs = clock.monotonicMs();
    try {
      // a child transaction, since lmdb commits the other kind even when its callback throws
      await this.#tables.root.childTransaction(() => {
        this.#scheduled = false;
        group = this.#takeGroup();
        const ledger = readLedger(this.#tables, this.#writer);
        for (const job of group) {
          try {
            answers.push(job.run(ledger));
          } catch (error) {
            failed = { job, error };
            throw error;
          }
        }
        if (group.length > 0) this.#tables.meta.putSync(LEDGER_KEY, ledger.encode());
      });
      for (const answer of answers) answer();
      const seconds = (clock.monotonicMs() - begunMs) / 1_000;
      metrics.observe('cassadra_embedded_commit_duration_seconds', {}, seconds);
      metrics.observe('cassadra_embedded_commit_writes', {}, group.length);
    } catch (error) {
      if (failed === undefined) await this.#commitFailed(group, error);
      else await this.#jobFailed(group, failed);
    }
    this.#schedule();
  }

  #takeGroup(): Job[] {
    let bytes = 0;
    const over = this.#waiting.findIndex((job, index) => {
      bytes += job.bytes;
      return index > 0 && bytes > GROUP_BYTES_MAX;
    });
    return this.#waiting.splice(0, over === -1 ? this.#waiting.length : over);
  }

  /** The group was rolled back: the one that failed is answered, the others go again. */
  async #jobFailed(group: readonly Job[], failed: FailedJob): Promise<void> {
    this.#waiting.unshift(...group.filter((job) => job !== failed.job));
    const { error } = failed;
    const ofDisk = error instanceof Error && 'code' in error && typeof error.code === 'number';
    failed.job.reject(ofDisk ? writeFailed(error, await this.#freeBytes()) : error);
  }

  /**
   * A commit that fails has changed nothing, unless it failed at the very last write. Then LMDB
   * lets no other transaction begin, so one that does begin makes the outcome definite.
   */
  async #commitFailed(group: readonly Job[], error: unknown): Promise<void> {
    const cause = await commitCause(error);
    this.#components.metrics.add('cassadra_embedded_commit_failures_total', {});
    this.#components.logger.error({ error: String(cause) }, 'a commit to the data file failed');
    if (await this.#canStillBegin()) {
      const answer = writeFailed(cause, await this.#freeBytes());
      for (const job of group) job.reject(answer);
      return;
    }
    this.#stopped ??= stopped('the disk failed, restart once it is sound');
    for (const job of group) job.reject(new CommitUnknown(cause));
    for (const job of this.#waiting.splice(0)) job.reject(this.#stopped);
  }

  async #canStillBegin(): Promise<boolean> {
    const ended = new AbortController();
    // that it has begun is enough: on a full disk its commit may fail with that of another group
    const probe = new Promise<boolean>((resolve) => {
      const begun = this.#tables.root.childTransaction(() => resolve(true));
      void begun.catch(() => resolve(false));
    });
    const late = this.#components.timers.sleep(PROBE_WAIT_MS, ended.signal).then(() => false);
    try {
      return await Promise.race([probe, late]);
    } catch {
      return false;
    } finally {
      ended.abort();
    }
  }

  /** Unknown counts as plenty. */
  async #freeBytes(): Promise<number> {
    try {
      const { bavail, bsize } = await statfs(dirname(this.#tables.file));
      return bavail * bsize;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  }
}
