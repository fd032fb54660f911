import type { Random } from '../../src/runtime/index.js';
import type { PassedAppend } from './history/operation.js';

/** A server that clients may call. It keeps its name and address over restarts. */
export interface ServerEndpoint {
  readonly name: string;
  /** host:port of gRPC. */
  readonly grpc: string;
  /** http://host:port of the gateway. */
  readonly http: string;
}

/** A fault that is at work. */
export interface ActiveFault {
  /** What it does, in one line: "kill -9 of node 2". */
  readonly what: string;
  /** Name of the server or node that it hit; undefined when it hit several. */
  readonly target: string | undefined;
  /** Clock faults: how far the target's clock is ahead of the right time, negative when behind. */
  readonly aheadMs?: number;
  /**
   * How often it has acted, for one that waits for a moment to come (a write to be parked). One
   * that has not does not count. Not given: it acted when it was injected. Asked after `heal`.
   */
  readonly acted?: () => Promise<number>;
  /** Undoes it and resolves when what it hit is back: restarted, continued, reconnected. */
  heal(): Promise<void>;
}

/** Something that can be done to the system under test. */
export interface Fault {
  /** "kill-node", "pause-server" … the name that `--faults` takes. */
  readonly name: string;
  /** What it takes away; two faults that take the same must not be at work at once. */
  readonly takes: 'node' | 'nodes' | 'server' | 'network' | 'clock' | 'paxos' | 'view' | 'disk';
  /** The longest that it should be at work. */
  readonly longestMs: number;
  /** Undefined when there is nothing it could hit now. */
  inject(random: Random): Promise<ActiveFault | undefined>;
}

/** The system under test: storage, servers, and what can be done to them. */
export interface World {
  readonly servers: readonly ServerEndpoint[];
  /** Every fault that is possible here. */
  readonly faults: readonly Fault[];
  /** Faults that are not possible on this machine, with the reason. */
  readonly missing: readonly { readonly fault: string; readonly why: string }[];
  readonly feed: 'ordered' | 'view';
  /** Appends that servers, in their logs, said that readers may miss. */
  passed(): Promise<readonly PassedAppend[]>;
  /** Address that callbacks of timed events can reach, to listen on. */
  readonly receiverHost: string;
  /** What ended by itself so far, with the end of its log: always a fault of ours. */
  crashes(): readonly string[];
  /** Resolves when every server is ready; rejects with the end of the logs when that takes long. */
  untilReady(): Promise<void>;
  /** Ends all processes and deletes what is temporary. */
  stop(): Promise<void>;
}
