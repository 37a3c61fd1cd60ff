import type { LogFields } from '#shared/logger.ts';
import type { PeerRequest } from '../webrtc/index.ts';

/** Options of the agent in a worker. All of them can be sent there. */
export type WorkerAgentOptions = Readonly<{
  version: string;
  /** Account that the device belongs to. */
  account: string;
  /** Name of this device, used when it is created. */
  deviceName: string;
  /** Name of the account's person, which guests of share links are told. */
  personName?: string | undefined;
  /** URL of the relay from which the page was loaded, such as `wss://relay.example:443`. */
  relayUrl: string;
  /** False: keys and documents are in memory only, and this device ends with its tab. Default: the browser keeps them. */
  keeps?: boolean | undefined;
  /** UDP connections lead to this machine only: for tests. */
  loopback?: boolean | undefined;
}>;

/** Message of the page to its worker. The first one is `open`. */
export type ToWorker =
  | Readonly<{ kind: 'open'; options: WorkerAgentOptions; webRtcProblem: string | undefined }>
  | Readonly<{ kind: 'start' }>
  /** A user interface of this tab, or of another one over a BroadcastChannel of that name. */
  | Readonly<{ kind: 'serve'; port: MessagePort }>
  | Readonly<{ kind: 'serve-tab'; channel: string }>
  | Readonly<{ kind: 'end-tab'; channel: string }>
  | Readonly<{ kind: 'network-changed' }>
  | Readonly<{ kind: 'close'; reason: string }>;

/** Message of a worker to its page. */
export type FromWorker =
  | Readonly<{ kind: 'opened'; peerId: string }>
  | Readonly<{ kind: 'failed'; code: string; message: string }>
  | Readonly<{ kind: 'peer'; port: MessagePort; request: PeerRequest }>
  | Readonly<{ kind: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; message: string; fields: LogFields }>
  | Readonly<{ kind: 'closed' }>;
