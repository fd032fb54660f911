import { METRIC_SECTIONS, type MetricEntry } from '../../src/runtime/index.js';

const INTRODUCTION = `# Metrics

\`grpc-store\` and \`scheduler\` serve these at \`GET /metrics\` of \`HTTP_PORT\`, and of
\`HEALTH_PORT\` where that is set, in the text format of Prometheus (0.0.4). \`METRICS\` says who may
read them ([settings.md](settings.md)); \`scheduler\` knows no callers: there it is everybody or
nobody. Alert rules are in \`deploy/prometheus/alerts.yaml\`, a dashboard for Grafana in
\`deploy/grafana/cassadra.json\`, and what to do about an alert is in the
[runbook](guides/runbook.md). This page is held to the code by a test.

- Everything is of one process. Counters begin at 0 with it.
- Labels have few values: no label holds what a caller chooses (streams, event ids, applications,
  destinations, callers).
- A gauge is absent where there is nothing to tell, as those of Cassandra with the embedded store.
- Beside these come those of Node.js and of the process: \`process_cpu_seconds_total\`,
  \`process_resident_memory_bytes\`, \`process_open_fds\`, \`nodejs_eventloop_lag_p99_seconds\` (the
  delay of the event loop since the scrape before, as quantiles), \`nodejs_heap_size_used_bytes\`,
  \`nodejs_gc_duration_seconds\` and others.
`;

function labelText([label, values]: [string, readonly string[] | string]): string {
  const text =
    typeof values === 'string' ? values : values.map((value) => `\`${value}\``).join(' ');
  return `\`${label}\`: ${text}`;
}

function kindText({ kind, buckets }: MetricEntry): string {
  if (buckets === undefined) return kind;
  return `${kind} (${buckets[0] ?? ''} … ${buckets.at(-1) ?? ''})`;
}

/** docs/metrics.md as the catalogue has it. */
export function metricsPage(): string {
  const sections = METRIC_SECTIONS.map(({ title, metrics }) => {
    const rows = Object.entries(metrics).map(([name, entry]) => {
      const labels = Object.entries(entry.labels).map(labelText).join('; ');
      return `| \`${name}\` | ${kindText(entry)} | ${labels} | ${entry.help} |`;
    });
    const head = ['| Metric | Kind | Labels | What it says |', '|---|---|---|---|'];
    return [`\n## ${title}\n`, ...head, ...rows].join('\n');
  });
  return `${INTRODUCTION}${sections.join('\n')}\n`;
}
