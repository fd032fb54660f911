import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client, Host } from 'cassandra-driver';
import { AppError } from '../../core/index.js';
import { projectDirectory } from '../../runtime/index.js';
import { writeFailure } from './errors.js';
import type { CassandraSettings, Replication } from './settings.js';

const SEED_KEYSPACE = 'eventstore';
const KEYSPACE_NAME = /^[a-z][a-z0-9_]{0,47}$/;
const SIMPLE_REPLICATION = "{'class': 'SimpleStrategy', 'replication_factor': 1}";
export const VERSION_FLOOR = [4, 1, 6] as const;

/** What the start-up check has found out about the cluster and the keyspace. */
export interface SchemaFacts {
  readonly dataCentres: number;
  /** The view has all columns; one made by the original script has only its own. */
  readonly viewIsComplete: boolean;
  readonly serverWriteTimeoutMs: number;
  /** For the operator, in full sentences. */
  readonly warnings: readonly string[];
}

/** The text between braces of `REPLICATION =`. */
export function replicationText(replication: Replication): string {
  if (replication.kind === 'simple') {
    return `{'class': 'SimpleStrategy', 'replication_factor': ${replication.factor}}`;
  }
  const factors = Object.entries(replication.factors).map(([dc, factor]) => `'${dc}': ${factor}`);
  return `{'class': 'NetworkTopologyStrategy', ${factors.join(', ')}}`;
}

/** The statements of one file of `cql/`, for the keyspace and replication of the settings. */
export function statementsOf(text: string, settings: CassandraSettings): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/(^|\s)--.*$/, ''))
    .join('\n')
    .split(';')
    .map((statement) => statement.replace(/[ \t]+$/gm, '').trim())
    .filter((statement) => statement !== '')
    .map((statement) =>
      statement
        .replace(SIMPLE_REPLICATION, replicationText(settings.replication))
        .replaceAll(new RegExp(`\\b${SEED_KEYSPACE}\\b`, 'g'), settings.keyspace),
    );
}

async function cqlFiles(): Promise<string[]> {
  const folder = join(projectDirectory(), 'cql');
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.cql')).sort();
  if (files.length > 0) return files.map((name) => join(folder, name));
  throw new AppError('INTERNAL', 'the folder cql/ is missing from this installation');
}

/** Refuses names that would need quoting. */
export function requireKeyspaceName(keyspace: string): void {
  if (KEYSPACE_NAME.test(keyspace)) return;
  throw new AppError('INVALID_ARGUMENT', 'CASSANDRA_KEYSPACE must be a plain lower-case name', {
    field: 'CASSANDRA_KEYSPACE',
  });
}

/** What Cassandra refuses for good is not tried again; the rest may be better later. */
function refusedStatement(file: string, error: unknown): unknown {
  if (writeFailure(error) !== 'refused' || !(error instanceof Error)) return error;
  const views = error.message.includes('Materialized views are disabled')
    ? ' (set materialized_views_enabled: true in cassandra.yaml of every node)'
    : '';
  return mismatch(`Cassandra refuses ${file}: ${error.message}${views}`);
}

function nameOf(file: string): string {
  return file.replace(/^.*[/\\]/, '');
}

/** The statements of one file of `cql/`. */
export interface SchemaFile {
  readonly file: string;
  readonly statements: readonly string[];
}

/** Everything that `applyCql` runs, in order, for the keyspace and replication of the settings. */
export async function schemaText(settings: CassandraSettings): Promise<readonly SchemaFile[]> {
  requireKeyspaceName(settings.keyspace);
  return Promise.all(
    (await cqlFiles()).map(async (path) => ({
      file: nameOf(path),
      statements: statementsOf(await readFile(path, 'utf8'), settings),
    })),
  );
}

/** Applies `cql/` in order. Idempotent; also upgrades a keyspace made by the original script. */
export async function applyCql(client: Client, settings: CassandraSettings): Promise<string[]> {
  const applied: string[] = [];
  for (const { file, statements } of await schemaText(settings)) {
    for (const statement of statements) {
      try {
        await client.execute(statement, [], { prepare: false, readTimeout: 60_000 });
      } catch (error) {
        throw refusedStatement(file, error);
      }
    }
    applied.push(file);
  }
  return applied;
}

function mismatch(message: string): AppError {
  return new AppError('SCHEMA_MISMATCH', message);
}

/** Whether a release is below the floor. */
export function versionIsTooOld(version: string): boolean {
  const parts = version.split(/[.-]/).map(Number);
  for (const [index, floor] of VERSION_FLOOR.entries()) {
    const part = parts[index] ?? 0;
    if (part !== floor) return part < floor;
  }
  return false;
}

async function column(client: Client, query: string, params: string[], name: string) {
  const { rows } = await client.execute(query, params, { prepare: true });
  return rows.map((row) => String(row.get(name)));
}

function milliseconds(text: string | undefined, otherwise: number): number {
  const match = /^(\d+)(ms|s)?$/.exec(text ?? '');
  return match === null ? otherwise : Number(match[1]) * (match[2] === 's' ? 1_000 : 1);
}

/**
 * Settings of one node, or of the one that answers; empty where it does not show them. Rejects when
 * the named one does not answer.
 */
export async function nodeSettings(
  client: Client,
  host?: Host,
): Promise<ReadonlyMap<string, string>> {
  const options = host === undefined ? {} : { host };
  if (host !== undefined) await client.execute('SELECT key FROM system.local', [], options);
  try {
    const query = 'SELECT name, value FROM system_views.settings';
    const { rows } = await client.execute(query, [], options);
    return new Map(rows.map((row) => [String(row.get('name')), String(row.get('value'))]));
  } catch {
    return new Map();
  }
}

/** Checks version, table, view and settings. Throws SCHEMA_MISMATCH that says what to do. */
export async function checkSchema(
  client: Client,
  settings: CassandraSettings,
): Promise<SchemaFacts> {
  const { keyspace } = settings;
  requireKeyspaceName(keyspace);
  const warnings: string[] = [];
  const local = (await client.execute('SELECT release_version, data_center FROM system.local'))
    .rows[0];
  const version = String(local?.get('release_version'));
  if (versionIsTooOld(version)) {
    throw mismatch(`Cassandra ${version} is too old: ${VERSION_FLOOR.join('.')} is needed`);
  }
  const columnsOf = (table: string): Promise<string[]> =>
    column(
      client,
      'SELECT column_name FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?',
      [keyspace, table],
      'column_name',
    );
  const events = await columnsOf('events');
  const feedMarks = await columnsOf('feed_marks');
  const timedEvents = await columnsOf('timed_events');
  const documents = await columnsOf('document_revisions');
  const listings = await columnsOf('timed_events_by_due');
  const tables = [feedMarks, timedEvents, documents];
  const isUpgraded = events.includes('last_savetime') && listings.includes('finished');
  if (!isUpgraded || tables.some((columns) => columns.length === 0)) {
    throw mismatch(`keyspace ${keyspace} is not set up: run gentables, or set CREATE_SCHEMA=true`);
  }
  const view = await columnsOf('events_by_type');
  if (view.length === 0) {
    throw mismatch(
      'the view events_by_type is missing: set materialized_views_enabled: true, run gentables',
    );
  }
  const repair = await column(
    client,
    'SELECT read_repair FROM system_schema.views WHERE keyspace_name = ?',
    [keyspace],
    'read_repair',
  );
  if (repair.some((value) => value.toUpperCase() !== 'BLOCKING')) {
    throw mismatch("the view needs read_repair = 'BLOCKING'");
  }
  const peers = await column(client, 'SELECT data_center FROM system.peers', [], 'data_center');
  const node = await nodeSettings(client);
  if (node.get('commitlog_sync') === 'periodic') {
    warnings.push(
      'commitlog_sync is periodic: what was acknowledged in the last moments may be lost when a ' +
        'quorum of nodes dies at once, be it by kill -9 or power cut; batch or group is safe',
    );
  }
  if ((node.get('paxos_variant') ?? 'v2').startsWith('v1')) {
    warnings.push('paxos_variant is v1: v2 needs half the round trips');
  }
  return {
    dataCentres: new Set([String(local?.get('data_center')), ...peers]).size,
    viewIsComplete: view.includes('stream'),
    serverWriteTimeoutMs: Math.max(
      milliseconds(node.get('write_request_timeout'), 2_000),
      milliseconds(node.get('cas_contention_timeout'), 1_800),
    ),
    warnings,
  };
}

/** All servers of a keyspace use one serial consistency; the first one fixes it. */
export async function agreeOnSerialConsistency(
  client: Client,
  settings: CassandraSettings,
): Promise<void> {
  const wanted = settings.serialConsistency;
  const table = `${settings.keyspace}.store_settings`;
  const options = { prepare: true };
  const { rows } = await client.execute(
    `INSERT INTO ${table} (name, value) VALUES (?, ?) IF NOT EXISTS`,
    ['serial_consistency', wanted],
    options,
  );
  const kept: unknown = rows[0]?.['[applied]'] === true ? wanted : rows[0]?.['value'];
  if (kept === wanted) return;
  throw mismatch(
    `CASSANDRA_SERIAL_CONSISTENCY is ${wanted}, but the servers of this keyspace use ` +
      `${String(kept)}; mixing the two loses conditional writes`,
  );
}
