import type { WebRtcDescription, WebRtcOptions } from '#shared/webrtc/index.ts';

/** Request of the worker for a connection of its page, which answers on the port that comes along. */
export type PeerRequest = Pick<WebRtcOptions, 'stun' | 'offer'>;

/** Message of the worker about one connection. */
export type ToPeer =
  | Readonly<{ kind: 'answer'; answer: WebRtcDescription }>
  | Readonly<{ kind: 'candidate'; address: string }>
  /** The channel is open: asks for the address of the other side. */
  | Readonly<{ kind: 'opened' }>
  | Readonly<{ kind: 'close' }>;

/** Message of the page about one connection. */
export type FromPeer =
  | Readonly<{ kind: 'channel'; channel: RTCDataChannel }>
  | Readonly<{ kind: 'description'; description: WebRtcDescription }>
  | Readonly<{ kind: 'candidate'; address: string }>
  | Readonly<{ kind: 'gathered' }>
  | Readonly<{ kind: 'address'; address: string }>
  | Readonly<{ kind: 'failed'; reason: string }>;
