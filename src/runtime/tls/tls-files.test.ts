import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { after, test, type TestContext } from 'node:test';
import type { SecureContextOptions } from 'node:tls';
import { createAuthority, type IssuedCertificate } from '../../../test/support/certificates.js';
import { TlsFolder, type TlsFolderOptions } from '../../../test/support/tls-folder.js';
import type { Logger } from '../logger.js';
import { silentMetrics, type Metrics } from '../metrics/index.js';
import type { TlsFiles } from './tls-files.js';

const authority = createAuthority();
after(() => authority.remove());
const first = authority.issue('first');
const second = authority.issue('second');

/** A log whose lines can be read, level before message. */
function recordedLog(): { readonly lines: string[]; readonly logger: Logger } {
  const lines: string[] = [];
  const line =
    (level: string): Logger['info'] =>
    (fields, message) =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const logger = { debug: line('debug'), info: line('info'), warn: line('warn') };
  return { lines, logger: { ...logger, error: line('error') } };
}

interface Watched {
  readonly folder: TlsFolder;
  readonly files: TlsFiles;
  readonly lines: string[];
  readonly renewals: SecureContextOptions[];
}

async function watched(
  t: TestContext,
  identity: IssuedCertificate,
  options: TlsFolderOptions = {},
): Promise<Watched> {
  const { lines, logger } = recordedLog();
  const components = { logger, ...options.components };
  const folder = new TlsFolder(identity, { ...options, components });
  t.after(() => folder.remove());
  const files = await folder.open();
  const renewals: SecureContextOptions[] = [];
  files.onRenewal((renewed) => renewals.push(renewed));
  files.start();
  t.after(() => files.stop());
  return { folder, files, lines, renewals };
}

test('files that cannot be used are named, without their content', async (t) => {
  const broken = async (change: (folder: TlsFolder) => void, expected: RegExp): Promise<void> => {
    const folder = new TlsFolder(first, { clientCa: authority.certificate });
    t.after(() => folder.remove());
    change(folder);
    const secret = first.privateKey.split('\n')[1] ?? '';
    await assert.rejects(folder.open(), (error: Error) => {
      assert.match(error.message, expected);
      assert.equal(error.name, 'SettingsError');
      return !error.message.includes(secret);
    });
  };
  await broken((folder) => rmSync(folder.paths.key), /^TLS_KEY_FILE: \S+tls\.key .*\(ENOENT\)$/);
  await broken(
    (folder) => folder.replace('certificate', 'x'),
    /^TLS_CERT_FILE: \S+tls\.crt holds no/,
  );
  await broken((folder) => folder.replace('key', 'x'), /^TLS_KEY_FILE: .* holds no private key/);
  await broken(
    (folder) => folder.replace('key', second.privateKey),
    /does not fit the certificate/,
  );
  await broken(
    (folder) => folder.replace('clientCa', ''),
    /^TLS_CLIENT_CA_FILE: \S+ca\.crt holds no/,
  );
  const label = 'ENCRYPTED PRIVATE KEY-----';
  const encrypted = `-----BEGIN ${label}\nAA==\n-----END ${label}`;
  await broken((folder) => folder.replace('key', encrypted), /pass phrase/);
});

test('half a renewal is left alone and told once; the other half completes it', async (t) => {
  const { folder, files, lines, renewals } = await watched(t, first);
  folder.replace('key', second.privateKey);
  await folder.look();
  await folder.look();
  assert.equal(files.current().cert, first.certificate);
  assert.equal(lines.filter((line) => /^warn .*cannot be used/.test(line)).length, 1);
  folder.replace('certificate', second.certificate);
  await folder.look();
  assert.equal(files.current().cert, second.certificate);
  assert.deepEqual(
    renewals.map(({ cert }) => cert),
    [second.certificate],
  );
  await folder.look();
  assert.equal(renewals.length, 1, 'what has not changed is no renewal');
  const told = lines.join('\n');
  assert.match(told, /^info the TLS files have changed/m);
  for (const key of [first, second]) assert.ok(!told.includes(key.privateKey.slice(30, 60)));
});

test('files that go away, or are cut short, leave the earlier ones in use', async (t) => {
  const { folder, files, lines, renewals } = await watched(t, first);
  rmSync(folder.paths.certificate);
  await folder.look();
  writeFileSync(folder.paths.certificate, second.certificate.slice(0, 100));
  await folder.look();
  assert.equal(files.current().cert, first.certificate);
  assert.deepEqual(renewals, []);
  assert.match(lines.join('\n'), /ENOENT[^]*holds no certificates/);
});

test('new authorities of clients alone are a renewal', async (t) => {
  const { folder, files, renewals } = await watched(t, first, { clientCa: authority.certificate });
  assert.equal(files.clientCertificates, true);
  const other = createAuthority();
  t.after(() => other.remove());
  folder.replace('clientCa', other.certificate);
  await folder.look();
  assert.deepEqual(
    renewals.map(({ ca }) => ca),
    [other.certificate],
  );
});

test('the log warns once as the end comes near, and says when it has come', async (t) => {
  const { folder, lines } = await watched(t, first);
  const warnings = (): string[] => lines.filter((line) => /expire/.test(line));
  await folder.look();
  assert.deepEqual(warnings(), []);
  const dayMs = 86_400_000;
  // of two days a tenth is left
  await folder.look(1.85 * dayMs);
  await folder.look();
  assert.match(warnings().join('\n'), /^warn a TLS certificate expires soon .*tls\.crt.*until/);
  await folder.look(dayMs);
  await folder.look();
  assert.match(warnings().at(-1) ?? '', /^error a TLS certificate has expired/);
  assert.equal(warnings().length, 2);
});

test('the metric says when each file ends', async (t) => {
  const gauges = new Map<string, () => readonly { labels: object; value: number }[]>();
  const metrics: Metrics = {
    ...silentMetrics,
    gauge: (name, read) => {
      gauges.set(name, read);
      return () => void gauges.delete(name);
    },
  };
  const { certificate: clientCa } = authority;
  const { files } = await watched(t, first, { clientCa, components: { metrics } });
  const samples = gauges.get('cassadra_tls_certificate_expiry_timestamp_seconds')?.() ?? [];
  assert.deepEqual(
    samples.map(({ labels }) => labels),
    [{ file: 'certificate' }, { file: 'client_ca' }],
  );
  const inTwoDays = Date.now() / 1_000 + 2 * 86_400;
  for (const { value } of samples) assert.ok(Math.abs(value - inTwoDays) < 60, String(value));
  await files.stop();
  assert.equal(gauges.size, 0);
});
