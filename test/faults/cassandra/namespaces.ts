import { readlinkSync } from 'node:fs';
import { runCommand } from './run-command.js';

/** Names the network namespace that a process was in before it was put into one of its own. */
const OUTER = 'CASSADRA_FAULTS_OUTER';

/** All that a network of namespaces needs, tried in one that vanishes. */
const TRIAL = [
  'ip link set lo up',
  'ip link add trial type bridge',
  'ip link add one type veth peer name two',
  'tc qdisc add dev one root tbf rate 256kbit burst 4kb latency 1s',
  'nft add table inet trial',
  'unshare --net -- true',
].join(' && ');

/**
 * The command that runs another one in a network namespace of its own. It becomes that command
 * (exec), and whatever is made in the namespace goes with the last process in it.
 */
export function withinNamespace(command: readonly string[]): string[] {
  // others than root are root of what they make
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const mark = `${OUTER}=${currentNamespace()}`;
  // its own parent may be killed; last, since a change of credentials takes the effect away
  const death = ['setpriv', '--pdeathsig', 'TERM', '--'];
  return ['unshare', ...user, '--net', '--', ...death, 'env', mark, ...command];
}

/** Whether this process was started by {@link withinNamespace}. */
export function isWithinNamespace(): boolean {
  const outer = process.env[OUTER];
  return outer !== undefined && outer !== currentNamespace();
}

/** Undefined when this machine allows networks of namespaces, else why it does not. */
export async function whyNoNamespaces(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'network namespaces are of Linux';
  try {
    await runCommand(withinNamespace(['sh', '-c', TRIAL]));
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `network namespaces do not work here (iproute2, nftables, root?): ${reason}`;
  }
}

function currentNamespace(): string {
  return namespaceOf('self') ?? '';
}

/** The network namespace that a process is in; undefined when there is no such process. */
export function namespaceOf(pid: number | 'self'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}
