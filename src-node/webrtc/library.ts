import { errorMessage } from '#shared/errors.ts';
import { WebRtcError } from './errors.ts';

/** Used part of `node-datachannel`; the package and its types are optional. */
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
 * Wraps a callback given to the library, since an error thrown into the library ends the process: it is rethrown as an
 * uncaught error of this program instead.
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

/** @throws {WebRtcError} `udp.unavailable` where the package is not installed, or has no program for this machine */
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
