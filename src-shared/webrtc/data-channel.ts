/** Settings of the only data channel. Both sides create it with the same ID, so neither announces it to the other. */
export const NEGOTIATED_CHANNEL = { negotiated: true, id: 0 } as const;

/** Data channel of a WebRTC connection: of the package `node-datachannel`, or of a browser. */
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
 * Wraps a callback given to the WebRTC library. An error thrown into the library would end the process, so it is rethrown as an uncaught error of this
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
