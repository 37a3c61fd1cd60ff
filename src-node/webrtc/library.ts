import { WebRtcError, type DataChannel } from '#shared/webrtc/index.ts';
import { errorMessage } from '#shared/errors.ts';

/** Part of the package `node-datachannel` that is used. The package is optional, so its types are declared here. */
export type WebRtcLibrary = Readonly<{
  PeerConnection: new (name: string, config: PeerConnectionConfig) => NativePeerConnection;
  cleanup(): void;
}>;

type PeerConnectionConfig = Readonly<{
  iceServers: readonly Readonly<{ hostname: string; port: number }>[];
  bindAddress?: string;
  enableIceTcp: boolean;
  maxMessageSize: number;
}>;

/** Peer connection of `node-datachannel`. */
export interface NativePeerConnection {
  close(): void;
  setRemoteDescription(sdp: string, type: 'offer' | 'answer'): void;
  addRemoteCandidate(candidate: string, mid: string): void;
  createDataChannel(label: string, config: Readonly<{ negotiated: boolean; id: number }>): DataChannel;
  onLocalDescription(callback: (sdp: string) => void): void;
  onLocalCandidate(callback: (candidate: string) => void): void;
  onGatheringStateChange(callback: (state: string) => void): void;
  onStateChange(callback: (state: string) => void): void;
  onDataChannel(callback: () => void): void;
  getSelectedCandidatePair(): Readonly<{ remote: Readonly<{ address: string; port: number }> }> | null;
}

/**
 * Loads the native library and checks its form.
 * @param load imports the package
 * @throws {WebRtcError} `udp.unavailable` if the package is not installed, or has no binary for this machine
 */
export async function loadWebRtc(load: () => Promise<unknown>): Promise<WebRtcLibrary> {
  try {
    const library = await load();
    if (!isLibrary(library)) throw new TypeError('node-datachannel is another one than expected');
    return library;
  } catch (error) {
    throw new WebRtcError('udp.unavailable', `node-datachannel: ${firstLine(errorMessage(error))}`, { cause: error });
  }
}

function isLibrary(value: unknown): value is WebRtcLibrary {
  if (typeof value !== 'object' || value === null) return false;
  return ['PeerConnection', 'cleanup'].every((name) => name in value && typeof Reflect.get(value, name) === 'function');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
