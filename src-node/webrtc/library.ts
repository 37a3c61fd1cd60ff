import { WebRtcError } from '#shared/webrtc/index.ts';
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

/** Data channel of `node-datachannel`. */
export interface DataChannel {
  close(): void;
  sendMessage(text: string): boolean;
  sendMessageBinary(bytes: Uint8Array): boolean;
  bufferedAmount(): number;
  setBufferedAmountLowThreshold(bytes: number): void;
  onOpen(callback: () => void): void;
  onClosed(callback: () => void): void;
  onError(callback: (message: string) => void): void;
  onBufferedAmountLow(callback: () => void): void;
  onMessage(callback: (message: string | Uint8Array) => void): void;
}

/**
 * Wraps a callback given to the library. An error thrown into the library would end the process, so it is rethrown as an uncaught error of this
 * program instead.
 */
export function guarded<Arguments extends readonly unknown[]>(
  callback: (...values: Arguments) => void,
): (...values: Arguments) => void {
  return (...values) => {
    try {
      callback(...values);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
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
