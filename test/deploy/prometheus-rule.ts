import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDirectory } from '../../src/runtime/index.js';

const HEAD = `# Written from deploy/prometheus/alerts.yaml (WRITE_DOCS=1 npm test -- deploy/kubernetes).
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: cassadra
  labels: { app.kubernetes.io/name: cassadra }
spec:
`;

/** Puts the alert rules into the object that the Prometheus operator reads. */
export function writePrometheusRule(): void {
  const deploy = join(projectDirectory(), 'deploy');
  const alerts = readFileSync(join(deploy, 'prometheus', 'alerts.yaml'), 'utf8');
  const groups = alerts.slice(alerts.search(/^groups:/m)).replace(/^(?=.)/gm, '  ');
  writeFileSync(join(deploy, 'kubernetes', 'monitoring', 'prometheus-rule.yaml'), HEAD + groups);
}
