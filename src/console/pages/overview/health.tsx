import type { JSX } from 'preact';
import { rateOf, samplesOf, sumOf } from '../../api/metrics-text.js';
import { useConsole } from '../../app/console-context.js';
import { Figure } from '../../parts/figure.js';
import { durationText } from '../../parts/time-text.js';
import { numberText } from '../../parts/number-text.js';
import type { Readings } from './use-readings.js';

const MIB = 1_048_576;

/** The process, and the nodes of its storage. */
export function Health({ readings }: { readonly readings: Readings }): JSX.Element {
  const { session } = useConsole();
  const { latest, before } = readings;
  const ready = sumOf(latest, 'cassadra_ready') === 1;
  const bytes = sumOf(latest, 'process_resident_memory_bytes');
  const lagSeconds = sumOf(latest, 'nodejs_eventloop_lag_p99_seconds');
  const cpu = rateOf(before, latest, 'process_cpu_seconds_total');
  const nodes = samplesOf(latest, 'cassadra_cassandra_connections');
  return (
    <section class="card" aria-labelledby="health">
      <h2 id="health">Health</h2>
      <dl class="figures">
        <Figure
          name="Server"
          value={latest === undefined ? undefined : ready ? 'ready' : 'not ready'}
          tone={latest === undefined ? undefined : ready ? 'good' : 'bad'}
        />
        <Figure name="Storage" value={session.storage} />
        <Figure name="Version" value={session.version} />
        <Figure
          name="CPU"
          value={cpu === undefined ? undefined : `${String(Math.round(cpu * 100))} %`}
          note="of a core"
        />
        <Figure
          name="Memory"
          value={bytes === undefined ? undefined : `${numberText(bytes / MIB) ?? ''} MiB`}
        />
        <Figure
          name="Event loop, p99"
          value={lagSeconds === undefined ? undefined : durationText(lagSeconds * 1_000)}
          tone={(lagSeconds ?? 0) > 0.2 ? 'warn' : undefined}
        />
        <Figure name="Calls open" value={numberText(sumOf(latest, 'cassadra_calls_open'))} />
      </dl>
      {nodes.length > 0 && (
        <>
          <h3>Nodes of Cassandra</h3>
          <table>
            <thead>
              <tr>
                <th scope="col">Node</th>
                <th scope="col" class="number">
                  Connections
                </th>
                <th scope="col" class="number">
                  In flight
                </th>
              </tr>
            </thead>
            <tbody>
              {nodes.map(({ labels, value }) => (
                <tr key={labels['node']}>
                  <td class="name">{labels['node']}</td>
                  <td class="number">{value === 0 ? '0 – down' : value}</td>
                  <td class="number">
                    {sumOf(latest, 'cassadra_cassandra_requests_in_flight', {
                      node: labels['node'] ?? '',
                    }) ?? 0}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
