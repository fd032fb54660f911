import type { Client, Host } from 'cassandra-driver';
import type { Components } from '../../runtime/index.js';
import type { Finding } from '../../storage/index.js';
import { nodeSettings, VERSION_FLOOR, versionIsTooOld } from './schema.js';

const NODE_TIMEOUT_MS = 2_000;

/** Every node that the driver knows: version, settings, clock. */
export async function diagnoseNodes(
  client: Client,
  maxClockSkewMs: number,
  components: Components,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const host of client.hosts.values()) {
    findings.push(...(await diagnoseNode(client, host, { maxClockSkewMs, components })));
  }
  return findings;
}

async function diagnoseNode(
  client: Client,
  host: Host,
  { maxClockSkewMs, components }: { maxClockSkewMs: number; components: Components },
): Promise<readonly Finding[]> {
  const node = `node ${host.address}`;
  try {
    const settings = await nodeSettings(client, host);
    return [
      versionFinding(`${node} version`, host),
      await clockFinding({ check: `${node} clock`, client, host, maxClockSkewMs }, components),
      ...settingFindings(node, settings),
    ];
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const remedy = 'start it, or take it out of the cluster: look at nodetool status';
    return [{ check: node, level: 'warn', text, remedy }];
  }
}

function versionFinding(check: string, host: Host): Finding {
  const version = host.cassandraVersion;
  const text = `Cassandra ${version}, data centre ${host.datacenter}`;
  if (!versionIsTooOld(version)) return { check, level: 'ok', text };
  const remedy = `upgrade: ${VERSION_FLOOR.join('.')} or later is needed`;
  return { check, level: 'fail', text, remedy };
}

interface ClockCheck {
  readonly check: string;
  readonly client: Client;
  readonly host: Host;
  readonly maxClockSkewMs: number;
}

/** Only what lies outside of question and answer is a difference for certain. */
async function clockFinding(
  { check, client, host, maxClockSkewMs }: ClockCheck,
  { clock }: Components,
): Promise<Finding> {
  const beforeMs = clock.nowMs();
  const { rows } = await client.execute(
    'SELECT toTimestamp(now()) AS now FROM system.local',
    [],
    // the first question to a node also opens the connection
    { prepare: false, host, readTimeout: NODE_TIMEOUT_MS },
  );
  const afterMs = clock.nowMs();
  const there: unknown = rows[0]?.get('now');
  const thereMs = there instanceof Date ? there.getTime() : Number.NaN;
  const skewMs = Math.max(beforeMs - thereMs, thereMs - afterMs, 0);
  const text = `differs by ${skewMs} ms (known to ${afterMs - beforeMs} ms)`;
  if (skewMs <= maxClockSkewMs) return { check, level: 'ok', text };
  const remedy = 'synchronise the clocks (NTP): over MAX_CLOCK_SKEW_MS a server is not ready';
  return { check, level: 'fail', text, remedy };
}

interface SettingCheck {
  readonly setting: string;
  /** What the node says; undefined where it says nothing. */
  readonly judge: (value: string) => Omit<Finding, 'check' | 'text'>;
}

const OK = { level: 'ok' } as const;

const SETTINGS: readonly SettingCheck[] = [
  {
    setting: 'materialized_views_enabled',
    judge: (value) =>
      value === 'true'
        ? OK
        : {
            level: 'fail',
            remedy: 'set materialized_views_enabled: true in cassandra.yaml and restart the node',
          },
  },
  {
    setting: 'commitlog_sync',
    judge: (value) =>
      value === 'periodic'
        ? {
            level: 'warn',
            remedy:
              'batch or group in cassandra.yaml also survives a quorum that loses power at once',
          }
        : OK,
  },
  {
    setting: 'paxos_variant',
    judge: (value) =>
      value.startsWith('v1')
        ? { level: 'warn', remedy: 'paxos_variant: v2 needs half the round trips' }
        : OK,
  },
];

function settingFindings(node: string, settings: ReadonlyMap<string, string>): Finding[] {
  return SETTINGS.flatMap(({ setting, judge }) => {
    const value = settings.get(setting);
    if (value === undefined) return [];
    return [{ check: `${node} ${setting}`, text: value, ...judge(value) }];
  });
}
