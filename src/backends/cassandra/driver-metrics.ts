import type { Client } from 'cassandra-driver';
import type { Metrics } from '../../runtime/index.js';

/** Shows the driver's connections and nodes until what is returned is called. */
export function showDriver(client: Client, metrics: Metrics): () => void {
  const shown = [
    metrics.gauge('cassadra_cassandra_connections', () => {
      const state = client.getState();
      return state.getConnectedHosts().map((host) => ({
        labels: { node: host.address },
        value: state.getOpenConnections(host),
      }));
    }),
    metrics.gauge('cassadra_cassandra_requests_in_flight', () => {
      const state = client.getState();
      return state.getConnectedHosts().map((host) => ({
        labels: { node: host.address },
        value: state.getInFlightQueries(host),
      }));
    }),
    metrics.gauge('cassadra_cassandra_nodes', () => {
      const hosts = client.hosts.values();
      const up = hosts.filter((host) => host.isUp()).length;
      return [
        { labels: { state: 'up' }, value: up },
        { labels: { state: 'down' }, value: hosts.length - up },
      ];
    }),
  ];
  return () => {
    for (const end of shown) end();
  };
}
