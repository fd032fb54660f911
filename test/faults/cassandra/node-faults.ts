import type { Random } from '../../../src/runtime/index.js';
import type { CassandraNode } from '../../../tools/cassandra/index.js';
import type { ActiveFault, Fault } from '../world.js';
import { oneOf } from './one-of.js';

interface NamedNode {
  readonly name: string;
  readonly node: CassandraNode;
}

/** A node that starts beside two others on a busy machine. */
const SERVES_WITHIN_MS = 180_000;

/** What can be done to nodes as processes. */
export function nodeFaults(nodes: readonly NamedNode[]): Fault[] {
  const running = (): NamedNode[] => nodes.filter(({ node }) => node.state === 'running');
  return [
    {
      ...{ name: 'kill-node', takes: 'node', longestMs: 10_000 },
      inject: (random) => onOne(running(), random, kill),
    },
    {
      ...{ name: 'pause-node', takes: 'node', longestMs: 12_000 },
      inject: (random) => onOne(running(), random, pause),
    },
    { name: 'kill-all-nodes', takes: 'nodes', longestMs: 5_000, inject: () => killAll(nodes) },
  ];
}

async function onOne(
  nodes: readonly NamedNode[],
  random: Random,
  act: (node: NamedNode) => Promise<ActiveFault>,
): Promise<ActiveFault | undefined> {
  const node = oneOf(nodes, random);
  return node === undefined ? undefined : act(node);
}

async function kill({ name, node }: NamedNode): Promise<ActiveFault> {
  await node.kill();
  return { what: `kill -9 of ${name}`, target: name, heal: () => comeBack(node) };
}

async function pause({ name, node }: NamedNode): Promise<ActiveFault> {
  node.pause();
  return { what: `SIGSTOP of ${name}`, target: name, heal: async () => node.resume() };
}

async function killAll(nodes: readonly NamedNode[]): Promise<ActiveFault> {
  await Promise.all(nodes.map(({ node }) => node.kill()));
  const heal = async (): Promise<void> => {
    await Promise.all(nodes.map(({ node }) => comeBack(node)));
  };
  return { what: 'kill -9 of all nodes', target: undefined, heal };
}

/**
 * Waits for this node only: others may be down or frozen by another fault. That one may also kill
 * it again, and then brings it back.
 */
async function comeBack(node: CassandraNode): Promise<void> {
  await node.spawn();
  try {
    await node.untilServes(SERVES_WITHIN_MS);
  } catch (error) {
    if (node.state !== 'stopped') throw error;
  }
}
