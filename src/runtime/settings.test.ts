import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseSettings,
  pollingClientSettings,
  SettingsError,
  storageOf,
  storeSettings,
} from './settings.js';

test('nothing set gives the defaults; an empty variable counts as not set', () => {
  const settings = parseSettings(storeSettings, { PORT: '', DATA_DIR: undefined, HOME: '/root' });
  assert.deepEqual(
    [settings.HOST, settings.PORT, settings.DATA_DIR],
    ['127.0.0.1', 8080, './data'],
  );
  assert.equal(storageOf(settings), 'embedded');
  assert.ok(!('HOME' in settings));
});

test('hosts of Cassandra choose the storage, unless it is named', () => {
  const env = { CASSANDRA_HOSTS: 'a, b:9043,[::1]:9042' };
  const settings = parseSettings(storeSettings, env);
  assert.deepEqual(settings.CASSANDRA_HOSTS, ['a', 'b:9043', '[::1]:9042']);
  assert.equal(storageOf(settings), 'cassandra');
  assert.equal(storageOf(parseSettings(storeSettings, { ...env, STORAGE: 'memory' })), 'memory');
});

test('replication is a number, or one for each data centre', () => {
  const parse = (text: string): unknown =>
    parseSettings(storeSettings, { CASSANDRA_REPLICATION: text }).CASSANDRA_REPLICATION;
  assert.deepEqual(parse('3'), { kind: 'simple', factor: 3 });
  assert.deepEqual(parse('DC1:3,DC2:3,DC3:3'), {
    kind: 'by-data-centre',
    factors: { DC1: 3, DC2: 3, DC3: 3 },
  });
});

test('event types are a set of int32', () => {
  const settings = parseSettings(pollingClientSettings, { EVENT_TYPES: '1, 3,-2147483648,3' });
  assert.deepEqual(settings.EVENT_TYPES, [1, 3, -2_147_483_648]);
});

const KEY = `${'A'.repeat(42)}E=`;

test('keys of secrets are 32 bytes each, in their order', () => {
  const parse = (text: string): unknown =>
    parseSettings(storeSettings, { SECRETS_KEY: text }).SECRETS_KEY;
  const bytes = new Uint8Array(32);
  bytes[31] = 1;
  assert.deepEqual(parse(KEY), [bytes]);
  assert.deepEqual(parse(`${KEY}, ${'A'.repeat(43)}=`), [bytes, new Uint8Array(32)]);
  assert.equal(parse(''), undefined);
});

const WRONG: [Record<string, string>, RegExp][] = [
  [{ PORT: '65536' }, /^PORT must be a whole number from 0 to 65535, not "65536"$/],
  [{ PORT: '8080.5' }, /^PORT must be/],
  [{ PORT: '0x10' }, /^PORT must be/],
  [{ PORT: '-1', LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be [^]*\nPORT must be /],
  [{ STORAGE: 'paper' }, /^STORAGE must be `embedded`, `cassandra` or `memory`, not "paper"$/],
  [{ STORAGE: 'cassandra' }, /^CASSANDRA_HOSTS must be set with STORAGE=cassandra$/],
  [{ CASSANDRA_HOSTS: 'a,,b' }, /^CASSANDRA_HOSTS must be a comma list/],
  [{ CASSANDRA_KEYSPACE: 'drop table' }, /^CASSANDRA_KEYSPACE must be lower-case/],
  [{ CASSANDRA_REPLICATION: 'DC1:3,3' }, /^CASSANDRA_REPLICATION must be a number/],
  [{ CASSANDRA_REPLICATION: '0' }, /^CASSANDRA_REPLICATION must be a number/],
  [{ CASSANDRA_WRITE_QUORUM: 'quorum' }, /^CASSANDRA_WRITE_QUORUM must be `ONE`/],
  [{ SECRETS_KEY: 'hunter2' }, /^SECRETS_KEY must be a comma list of keys: 32 random bytes each/],
  [{ SECRETS_KEY: `${KEY},` }, /^SECRETS_KEY must be [^,]*, in base64$/],
  [{ SECRETS_KEY: `${KEY},hunter2` }, /^SECRETS_KEY must be [^,]*, in base64$/],
  [{ CREATE_SCHEMA: 'yes' }, /^CREATE_SCHEMA must be `true` or `false`, not "yes"$/],
  [{ FEED_POLL_MIN_MS: '2000' }, /^FEED_POLL_MAX_MS must not be less than FEED_POLL_MIN_MS$/],
  [
    { CASSANDRA_PASSWORD: 'hunter2' },
    /^CASSANDRA_USERNAME and CASSANDRA_PASSWORD are set together/,
  ],
  [
    { FOREIGN_WRITERS: 'true', CASSANDRA_SERIAL_CONSISTENCY: 'LOCAL_SERIAL' },
    /^FOREIGN_WRITERS needs CASSANDRA_SERIAL_CONSISTENCY=SERIAL/,
  ],
];

for (const [env, message] of WRONG) {
  test(`${JSON.stringify(env)} is refused by name`, () => {
    assert.throws(
      () => parseSettings(storeSettings, env),
      (error) => {
        assert.ok(error instanceof SettingsError);
        assert.match(error.message, message);
        assert.ok(!error.message.includes('hunter2'), 'secrets are not shown');
        return true;
      },
    );
  });
}

test('event types that are no int32 are refused', () => {
  for (const types of ['1,x', ' ', '2147483648', '1.5']) {
    assert.throws(
      () => parseSettings(pollingClientSettings, { EVENT_TYPES: types }),
      /^SettingsError: EVENT_TYPES must be a comma list of whole numbers/,
    );
  }
});
