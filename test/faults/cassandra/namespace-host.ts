import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { killWithProcess } from '../../../tools/cassandra/child-reaper.js';
import { namespaceOf } from './namespaces.js';
import type { Host } from './network.js';
import { runCommand } from './run-command.js';

const MADE_WITHIN_MS = 5_000;
/** So little that a node's usual traffic queues; what waits for longer than `latency` is lost. */
const SLOW = ['root', 'tbf', 'rate', '256kbit', 'burst', '4kb', 'latency', '1s'];
/** Packets from the addresses in this set are dropped when they arrive. */
const RULES =
  'add table inet faults; add set inet faults cut { type ipv4_addr; }; ' +
  'add chain inet faults arrive { type filter hook input priority 0; policy accept; }; ' +
  'add rule inet faults arrive ip saddr @cut drop';

/** A network namespace with one link to the bridge. A process that only sleeps holds it. */
export class NamespaceHost implements Host {
  readonly name: string;
  readonly address: string;
  readonly command: readonly string[];
  readonly #holder: ChildProcess;
  readonly #link: string;
  /** From whom nothing arrives, one entry a fault that says so. */
  readonly #cut: string[] = [];
  #slow = 0;

  private constructor(name: string, address: string, holder: ChildProcess) {
    this.name = name;
    this.address = address;
    this.#holder = holder;
    this.#link = `to-${name}`;
    this.command = ['nsenter', `--net=/proc/${holder.pid}/ns/net`, '--'];
  }

  static async join(bridge: string, name: string, address: string): Promise<NamespaceHost> {
    const holder = await heldNamespace();
    const host = new NamespaceHost(name, address, holder);
    const link = host.#link;
    const peer = ['peer', 'name', 'eth0', 'netns', String(holder.pid)];
    await runCommand(['ip', 'link', 'add', link, 'type', 'veth', ...peer]);
    await runCommand(['ip', 'link', 'set', link, 'master', bridge, 'up']);
    await host.#run(['ip', 'address', 'add', `${address}/24`, 'dev', 'eth0']);
    await host.#run(['ip', 'link', 'set', 'eth0', 'up']);
    await host.#run(['ip', 'link', 'set', 'lo', 'up']);
    await host.#run(['nft', RULES]);
    return host;
  }

  /** Drops what comes from these addresses. */
  async refuse(addresses: readonly string[]): Promise<void> {
    this.#cut.push(...addresses);
    await this.#applyCut();
  }

  /** Takes back one {@link refuse}. */
  async accept(addresses: readonly string[]): Promise<void> {
    for (const address of addresses) {
      const index = this.#cut.indexOf(address);
      if (index >= 0) this.#cut.splice(index, 1);
    }
    await this.#applyCut();
  }

  /** Both directions have a queue of their own. */
  async slow(): Promise<void> {
    this.#slow += 1;
    if (this.#slow > 1) return;
    await this.#run(['tc', 'qdisc', 'add', 'dev', 'eth0', ...SLOW]);
    await runCommand(['tc', 'qdisc', 'add', 'dev', this.#link, ...SLOW]);
  }

  /** Takes back one {@link slow}. */
  async quicken(): Promise<void> {
    if (this.#slow === 0) return;
    this.#slow -= 1;
    if (this.#slow > 0) return;
    await this.#run(['tc', 'qdisc', 'del', 'dev', 'eth0', 'root']);
    await runCommand(['tc', 'qdisc', 'del', 'dev', this.#link, 'root']);
  }

  async leave(): Promise<void> {
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    this.#holder.ref();
    const gone = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await gone;
  }

  async #applyCut(): Promise<void> {
    const addresses = [...new Set(this.#cut)].join(', ');
    const add = addresses === '' ? '' : `; add element inet faults cut { ${addresses} }`;
    await this.#run(['nft', `flush set inet faults cut${add}`]);
  }

  async #run(command: readonly string[]): Promise<void> {
    await runCommand([...this.command, ...command]);
  }
}

async function heldNamespace(): Promise<ChildProcess> {
  const args = ['--pdeathsig', 'KILL', '--', 'unshare', '--net', '--', 'sleep', 'infinity'];
  const holder = spawn('setpriv', args, { stdio: 'ignore' });
  killWithProcess(holder);
  await once(holder, 'spawn');
  holder.unref();
  const own = namespaceOf('self');
  const endMs = performance.now() + MADE_WITHIN_MS;
  while (namespaceOf(holder.pid ?? 0) === own) {
    if (performance.now() > endMs) throw new Error('no network namespace was made');
    await sleep(5);
  }
  return holder;
}
