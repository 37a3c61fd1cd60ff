import type { Clock } from '#shared/clock.ts';
import { WebRtcError, type WebRtcConnection, type WebRtcSockets } from '#shared/webrtc/index.ts';
import type { PeerRequest } from './messages.ts';
import { WorkerConnection } from './worker-connection.ts';

export type WorkerWebRtcOptions = Readonly<{
  clock: Clock;
  /** Why this browser makes no connections for a worker; undefined if it does. */
  problem: string | undefined;
  /** Asks the page for a connection; it answers on the port. */
  request(port: MessagePort, request: PeerRequest): void;
}>;

/** Creates the WebRTC sockets of an agent's UDP transport in a worker, over the `RTCPeerConnection`s of its page. */
export function createWorkerWebRtc({ clock, problem, request }: WorkerWebRtcOptions): WebRtcSockets {
  const open = new Set<WebRtcConnection>();
  let isClosed = false;
  const check = (): void => {
    if (problem !== undefined) throw new WebRtcError('udp.unavailable', problem);
  };
  return {
    problem,
    ready: async () => {
      await Promise.resolve();
      check();
    },
    connect: async (options) => {
      await Promise.resolve();
      check();
      if (isClosed || options.signal?.aborted === true) throw new WebRtcError('udp.failed', 'given up');
      const { port1, port2 } = new MessageChannel();
      const connection: WorkerConnection = new WorkerConnection(port1, clock, options, () => open.delete(connection));
      open.add(connection);
      request(port2, { stun: options.stun, offer: options.offer });
      return connection;
    },
    close: () => {
      isClosed = true;
      for (const connection of open) connection.close();
    },
  };
}
