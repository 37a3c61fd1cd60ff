import type { Clock } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import { WebRtcError, type WebRtcConnection, type WebRtcSockets } from '#shared/webrtc/index.ts';
import { PageConnection } from './page-connection.ts';

/** Creates the WebRTC sockets of a page's UDP transport, over the browser's `RTCPeerConnection`. */
export function createPageWebRtc({ clock }: Readonly<{ clock: Clock }>): WebRtcSockets {
  const open = new Set<WebRtcConnection>();
  const problem = 'RTCPeerConnection' in globalThis ? undefined : 'this browser has no WebRTC';
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
      try {
        const connection: PageConnection = new PageConnection(clock, options, () => open.delete(connection));
        open.add(connection);
        return connection;
      } catch (error) {
        throw new WebRtcError('udp.failed', errorMessage(error), { cause: error });
      }
    },
    close: () => {
      isClosed = true;
      for (const connection of open) connection.close();
    },
  };
}
