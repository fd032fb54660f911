/** What can be done inside Cassandra: names of faults, and of the files that switch them on. */
export type Inside = 'park-commit' | 'late-propose' | 'drop-commit' | 'hold-view';

/** Property of the JVM with the folder of switches. */
export const FOLDER_PROPERTY = 'cassadra.switches';
/** Longer than a driver waits for a conditional write, so that all have given up. */
export const PARK_MS = 6_000;
/** Longer than a server waits for the view before it looks again. */
export const HOLD_MS = 1_500;

interface Place {
  readonly rule: string;
  readonly inside: Inside;
  readonly target: string;
  readonly method: string;
  /** What is written, of the type PartitionUpdate; `binds` makes what it needs. */
  readonly update: string;
  readonly binds?: readonly string[];
  /** Besides the keyspace. */
  readonly only?: string;
  readonly act: string;
}

const PAXOS = 'org.apache.cassandra.service.paxos';
const SLEEP = 'Thread.sleep';

const PLACES: readonly Place[] = [
  {
    rule: 'commit begins late',
    inside: 'park-commit',
    target: `${PAXOS}.PaxosCommit`,
    method: 'start',
    update: '$this.commit.update',
    act: `${SLEEP}(${PARK_MS}L)`,
  },
  {
    rule: 'propose begins late',
    inside: 'late-propose',
    target: `${PAXOS}.PaxosPropose`,
    method: 'start',
    update: '$this.proposal.update',
    act: `${SLEEP}(${PARK_MS}L)`,
  },
  {
    rule: 'commit of others is lost',
    inside: 'drop-commit',
    target: `${PAXOS}.PaxosCommit$RequestHandler`,
    method: 'doVerb',
    binds: [`agreed : ${PAXOS}.Commit$Agreed = $1.payload`],
    update: 'agreed.update',
    act: 'return',
  },
  {
    rule: 'own commit is lost',
    inside: 'drop-commit',
    target: `${PAXOS}.PaxosCommit`,
    method: 'executeOnSelf()',
    update: '$this.commit.update',
    act: 'return',
  },
  {
    rule: 'view of this node waits',
    inside: 'hold-view',
    target: 'org.apache.cassandra.db.view.TableViews',
    method: 'pushViewReplicaUpdates',
    update: '$1',
    act: `${SLEEP}(${HOLD_MS}L)`,
  },
  {
    rule: 'view rows from others wait',
    inside: 'hold-view',
    target: 'org.apache.cassandra.db.MutationVerbHandler',
    method: 'doVerb',
    binds: ['mutation : org.apache.cassandra.db.Mutation = $1.payload'],
    update: 'mutation.getPartitionUpdates().iterator().next()',
    only: 'table.isView()',
    act: `${SLEEP}(${HOLD_MS}L)`,
  },
];

/**
 * The rules for Byteman. While the file `NAME` is in the folder of switches, a rule acts on every
 * write to the keyspace; the file `NAME.once` makes it act once, on the table of events or its
 * view. Each time it writes the table into `NAME.acted`.
 */
export function bytemanRules(keyspace: string): string {
  return PLACES.map((place) => ruleText(place, keyspace)).join('\n');
}

function ruleText(place: Place, keyspace: string): string {
  const { rule, inside, target, method, binds = [], update, only, act } = place;
  const file = (end: string): string =>
    `new java.io.File(System.getProperty("${FOLDER_PROPERTY}"), "${inside}${end}")`;
  const bound = [
    ...binds,
    `update : org.apache.cassandra.db.partitions.PartitionUpdate = ${update}`,
    'table : org.apache.cassandra.schema.TableMetadata = update.metadata()',
    `always : java.io.File = ${file('')}`,
    `once : java.io.File = ${file('.once')}`,
    `acted : java.io.File = ${file('.acted')}`,
  ];
  const conditions = [
    `table.keyspace.equals("${keyspace}")`,
    ...(only === undefined ? [] : [only]),
    '(always.exists() OR (table.name.startsWith("events") AND once.delete()))',
  ];
  return `RULE ${rule}
CLASS ${target}
METHOD ${method}
AT ENTRY
BIND ${bound.join(';\n     ')}
IF ${conditions.join(' AND ')}
DO traceOpen("${inside}", acted.getPath()); traceln("${inside}", table.name); ${act}
ENDRULE
`;
}
