import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { NodePlan } from './node-plan.js';

/** Writes `conf/cassandra.yaml` and `conf/logback.xml` into the folder of the node. */
export async function writeConfig(plan: NodePlan): Promise<void> {
  const conf = join(plan.folder, 'conf');
  await mkdir(conf, { recursive: true });
  await writeFile(join(conf, 'cassandra.yaml'), yamlText(plan));
  await writeFile(join(conf, 'logback.xml'), LOGBACK);
}

/**
 * The text of cassandra.yaml (names of 4.1 and 5.0). Values in `plan.yaml` win; an empty value
 * removes the line.
 */
export function yamlText(plan: NodePlan): string {
  const path = (name: string): string => JSON.stringify(join(plan.folder, name));
  const settings: Record<string, string> = {
    cluster_name: 'cassadra-local',
    partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
    num_tokens: '1',
    ...(plan.initialToken === undefined
      ? {}
      : { initial_token: `"${plan.initialToken}"`, auto_bootstrap: 'false' }),
    seed_provider: `[{class_name: org.apache.cassandra.locator.SimpleSeedProvider, parameters: [{seeds: "${plan.seeds.join(',')}"}]}]`,
    endpoint_snitch: 'SimpleSnitch',
    listen_address: plan.address,
    rpc_address: plan.address,
    native_transport_port: String(plan.nativePort),
    storage_port: String(plan.storagePort),
    data_file_directories: `[${path('data')}]`,
    commitlog_directory: path('commitlog'),
    saved_caches_directory: path('saved-caches'),
    hints_directory: path('hints'),
    cdc_raw_directory: path('cdc'),
    ...commitlogSettings(plan),
    disk_failure_policy: 'stop',
    auto_snapshot: 'false',
    materialized_views_enabled: 'true',
    paxos_variant: 'v2',
    ...plan.yaml,
  };
  const lines = Object.entries(settings).filter(([, value]) => value !== '');
  return lines.map(([name, value]) => `${name}: ${value}\n`).join('');
}

// Each mode refuses the periods of the others.
function commitlogSettings(plan: NodePlan): Record<string, string> {
  const mode = plan.yaml['commitlog_sync'] ?? plan.commitlogSync;
  if (mode === 'batch') return { commitlog_sync: mode };
  if (mode === 'group') return { commitlog_sync: mode, commitlog_sync_group_window: '10ms' };
  return { commitlog_sync: mode, commitlog_sync_period: '10000ms' };
}

/**
 * The command line of the JVM, up to and with the main class. `jamm` is the path of that jar in
 * `lib`.
 */
export function jvmArguments(plan: NodePlan, lib: string, jamm: string): string[] {
  const conf = join(plan.folder, 'conf');
  return [
    // A small first heap: Cassandra locks in memory, and so touches, whatever is committed at its
    // start.
    `-Xms${Math.min(plan.heapMb, 256)}m`,
    `-Xmx${plan.heapMb}m`,
    '-Xss512k',
    '-XX:+UseG1GC',
    // Only the quick compiler: it halves the CPU time of a start and, in the first minutes, of each
    // operation too.
    '-XX:TieredStopAtLevel=1',
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:-UsePerfData',
    '-Djava.net.preferIPv4Stack=true',
    '-Djdk.attach.allowAttachSelf=true',
    '-Dio.netty.tryReflectionSetAccessible=true',
    ...EXPORTS.map((name) => `--add-exports=${name}=ALL-UNNAMED`),
    ...OPENS.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
    `-javaagent:${jamm}`,
    `-Dcassandra.config=${pathToFileURL(join(conf, 'cassandra.yaml')).href}`,
    `-Dlogback.configurationFile=${pathToFileURL(join(conf, 'logback.xml')).href}`,
    `-Dcassandra.storagedir=${plan.folder}`,
    `-Dcassandra.jmx.local.port=${plan.jmxPort}`,
    '-Dcassandra.foreground=yes',
    // Local nodes need no time to hear of each other: readiness is tested from outside.
    '-Dcassandra.skip_wait_for_gossip_to_settle=0',
    `-Dcassandra.ring_delay_ms=${plan.initialToken === undefined ? 0 : 1000}`,
    ...plan.jvmArgs,
    '-cp',
    join(lib, '*'),
    'org.apache.cassandra.service.CassandraDaemon',
  ];
}

const EXPORTS = [
  ...['jdk.internal.misc', 'jdk.internal.ref', 'sun.nio.ch', 'java.lang.ref'].map(
    (name) => `java.base/${name}`,
  ),
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.sql/java.sql',
  'jdk.unsupported/sun.misc',
  'jdk.attach/sun.tools.attach',
];

const OPENS = [
  ...[
    'java.io',
    'java.lang',
    'java.lang.module',
    'java.lang.reflect',
    'java.math',
    'java.net',
    'java.nio',
    'java.util',
  ],
  ...[
    'java.util.concurrent',
    'java.util.concurrent.atomic',
    'jdk.internal.loader',
    'jdk.internal.math',
    'sun.nio.ch',
  ],
  ...['jdk.internal.module', 'jdk.internal.ref', 'jdk.internal.reflect', 'jdk.internal.util.jar'],
]
  .map((name) => `java.base/${name}`)
  .concat('jdk.management/com.sun.management.internal');

const LOGBACK = `<configuration>
  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%-5level %date{ISO8601} %F:%L - %msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="OUT"/></root>
</configuration>
`;
