import { CommitUnknown, stopped } from './errors.js';
import { readLedger, type GroupCommit } from './group-commit.js';
import type { Ledger, Writer } from './ledger.js';
import type { Tables } from './schema.js';

/** What of one moment says what the feed is. */
export interface FeedSnapshot {
  readonly tables: Tables;
  readonly ledger: Ledger;
}

/** An open data file: how to read it, how to write it, and whether that is still possible. */
export class Engine {
  readonly tables: Tables;
  readonly commits: GroupCommit;
  readonly #writer: Writer;
  #closing: Promise<void> | undefined;

  constructor(tables: Tables, commits: GroupCommit, writer: Writer) {
    this.tables = tables;
    this.commits = commits;
    this.#writer = writer;
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * The tables as they are now, for reads up to the next `await`: everything that any process
   * had committed before the call. Throws UNAVAILABLE once closed.
   */
  snapshot(): Tables {
    if (this.closed) throw stopped('it is closed');
    this.tables.root.resetReadTxn();
    return this.tables;
  }

  /** As `snapshot`, with the ledger as it stands in it. */
  feedSnapshot(): FeedSnapshot {
    const tables = this.snapshot();
    return { tables, ledger: readLedger(tables, this.#writer) };
  }

  /** Writes outside of appends. Throws `AppError`; repeating such a write is harmless. */
  async write<Result>(work: (ledger: Ledger) => Result): Promise<Result> {
    try {
      return await this.commits.submit(work);
    } catch (error) {
      if (error instanceof CommitUnknown) throw stopped('the disk failed');
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const broken = this.commits.stoppedBy !== undefined;
    await this.commits.stop('it is closed');
    const closed = this.tables.root.close();
    if (!broken) await closed; // after a fault of the disk lmdb may wait for ever
  }
}
