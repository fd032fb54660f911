import type { Random } from '../../../src/runtime/index.js';
import type { ActiveFault, Fault } from '../world.js';
import { oneOf } from './one-of.js';
import type { Inside } from './rules.js';
import type { Switches } from './switches.js';

interface NodeInside {
  readonly name: string;
  readonly switches: Switches;
}

const LONGEST_MS = 10_000;

const WHAT: Record<Inside, string> = {
  'park-commit': 'holds writes between accept and commit',
  'late-propose': 'begins writes when their clients have given up',
  'drop-commit': 'ignores commits',
  'hold-view': 'writes rows of the view late',
};

/** What can be done inside Cassandra. They wait for a write, so each tells how often it acted. */
export function insideFaults(nodes: readonly NodeInside[]): Fault[] {
  const fault = (inside: Inside, count: number): Fault => ({
    name: inside,
    takes: inside === 'hold-view' ? 'view' : 'paxos',
    longestMs: LONGEST_MS,
    inject: (random) => inject(inside, some(nodes, count, random)),
  });
  return [
    fault('park-commit', 1),
    fault('late-propose', 1),
    // two of three: the commit reaches one replica
    fault('drop-commit', 2),
    fault('hold-view', 2),
  ];
}

async function inject(inside: Inside, nodes: readonly NodeInside[]): Promise<ActiveFault> {
  const acted = async (): Promise<number> => {
    const counts = await Promise.all(nodes.map(({ switches }) => switches.acted(inside)));
    return counts.reduce((sum, count) => sum + count, 0);
  };
  const before = await acted();
  await Promise.all(nodes.map(({ switches }) => switches.on(inside)));
  return {
    what: `${nodes.map(({ name }) => name).join(' and ')} ${WHAT[inside]}`,
    target: nodes.length === 1 ? nodes[0]?.name : undefined,
    acted: async () => (await acted()) - before,
    heal: async () => {
      await Promise.all(nodes.map(({ switches }) => switches.off(inside)));
    },
  };
}

function some(nodes: readonly NodeInside[], count: number, random: Random): NodeInside[] {
  const rest = [...nodes];
  const chosen: NodeInside[] = [];
  while (chosen.length < count) {
    const node = oneOf(rest, random);
    if (node === undefined) break;
    rest.splice(rest.indexOf(node), 1);
    chosen.push(node);
  }
  return chosen;
}
