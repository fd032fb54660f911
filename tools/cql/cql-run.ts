import { type Client, types } from 'cassandra-driver';
import { tableText } from './cql-table.js';
import { jsonOf, textOf } from './cql-values.js';

/** Rows that share one table; later ones get a table of their own, so that memory stays bounded. */
const TABLE_ROWS = 1_000;

/** How statements are run and where their output goes. */
export interface CqlRunOptions {
  readonly consistency: types.consistencies;
  /** One JSON object a row and line instead of tables. */
  readonly json: boolean;
  readonly print: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** A statement failed; those before it have been executed, those after it have not. */
export class CqlStatementError extends Error {
  override readonly name = 'CqlStatementError';

  constructor(
    readonly statement: string,
    cause: unknown,
  ) {
    super(`${causeText(cause)}\n  in: ${statement.replaceAll('\n', '\n      ')}`, { cause });
  }
}

/**
 * Executes the statements one after the other and prints the rows of each. Rejects with {@link
 * CqlStatementError} at the first that fails.
 */
export async function runStatements(
  client: Client,
  statements: readonly string[],
  options: CqlRunOptions,
): Promise<void> {
  for (const statement of statements) {
    try {
      const { consistency } = options;
      const result = await client.execute(statement, [], {
        prepare: false,
        consistency,
        fetchSize: TABLE_ROWS,
      });
      for (const warning of result.info.warnings ?? []) options.warn(`warning: ${warning}`);
      await printResult(result, options);
    } catch (error) {
      throw new CqlStatementError(statement, error);
    }
  }
}

/**
 * The consistency of that name, in any case and with or without underscores ("LOCAL_QUORUM").
 * Throws naming the known ones.
 */
export function consistencyOf(name: string): types.consistencies {
  const plain = (text: string): string => text.replaceAll('_', '').toLowerCase();
  const known = Object.entries(types.consistencies).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  const found = known.find(([each]) => plain(each) === plain(name));
  if (found) return found[1];
  const names = known.map(([each]) => each.replace(/[A-Z]/g, '_$&').toUpperCase());
  throw new Error(`unknown consistency "${name}": one of ${names.join(', ')}`);
}

/** What went wrong in one line, with the reason of each node that could not be reached. */
export function causeText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner: unknown = 'innerErrors' in error ? error.innerErrors : undefined;
  if (typeof inner !== 'object' || inner === null) return error.message;
  const reasons = Object.entries(inner).map(
    ([host, reason]) => `${host}: ${reason instanceof Error ? reason.message : String(reason)}`,
  );
  return `no node answered (${reasons.join('; ') || error.message})`;
}

async function printResult(result: types.ResultSet, options: CqlRunOptions): Promise<void> {
  // No columns: nothing to show, as for an INSERT without a condition.
  const names = result.columns?.map((column) => column.name);
  if (names === undefined) return;
  let count = 0;
  let cells: string[][] = [];
  const printTable = (): void => {
    options.print(`\n${tableText(names, cells)}`);
    cells = [];
  };
  for await (const row of result) {
    count += 1;
    if (options.json)
      options.print(
        JSON.stringify(Object.fromEntries(names.map((name) => [name, jsonOf(row[name])]))),
      );
    else if (cells.push(names.map((name) => textOf(row[name]))) === TABLE_ROWS) printTable();
  }
  if (options.json) return;
  if (cells.length > 0 || count === 0) printTable();
  options.print(`\n(${count} rows)`);
}
