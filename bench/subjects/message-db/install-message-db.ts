import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';

/** The order of the package's install.sh and install-functions.sh. */
const FILES = [
  'roles/message-store',
  'schema/message-store',
  'extensions/pgcrypto',
  'tables/messages',
  'types/message',
  'functions/message-store-version',
  'functions/hash-64',
  'functions/acquire-lock',
  'functions/category',
  'functions/is-category',
  'functions/id',
  'functions/cardinal-id',
  'functions/stream-version',
  'functions/write-message',
  'functions/get-stream-messages',
  'functions/get-category-messages',
  'functions/get-last-stream-message',
  'indexes/messages-id',
  'indexes/messages-stream',
  'indexes/messages-category',
  'views/stream-summary',
  'views/type-summary',
  'views/stream-type-summary',
  'views/type-stream-summary',
  'views/category-type-summary',
  'views/type-category-summary',
  'privileges/schema',
  'privileges/table',
  'privileges/sequence',
  'privileges/functions',
  'privileges/views',
];

/** Installs the SQL files of npm's @eventide/message-db in an empty database. */
export async function installMessageDb(url: string): Promise<void> {
  const find = createRequire(import.meta.url);
  const folder = join(dirname(find.resolve('@eventide/message-db/package.json')), 'database');
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`SET client_min_messages = warning`);
    for (const file of FILES)
      await client.query(await readFile(join(folder, `${file}.sql`), 'utf8'));
    const database = escapeIdentifier(client.database ?? '');
    await client.query(`ALTER DATABASE ${database} SET search_path = message_store, public`);
  } finally {
    await client.end();
  }
}
