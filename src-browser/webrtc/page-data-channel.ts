import type { DataChannel } from '#shared/webrtc/index.ts';

/** Data channel of the browser in the form that `WebRtcChannel` uses. */
export class PageDataChannel implements DataChannel {
  readonly #data: RTCDataChannel;

  constructor(data: RTCDataChannel) {
    this.#data = data;
    data.binaryType = 'arraybuffer';
  }

  close(): void {
    this.#data.close();
  }

  sendMessage(text: string): boolean {
    this.#data.send(text);
    return true;
  }

  sendMessageBinary(bytes: Uint8Array): boolean {
    // The browser copies the bytes.
    this.#data.send(bytes as Uint8Array<ArrayBuffer>);
    return true;
  }

  bufferedAmount(): number {
    return this.#data.bufferedAmount;
  }

  setBufferedAmountLowThreshold(bytes: number): void {
    this.#data.bufferedAmountLowThreshold = bytes;
  }

  onOpen(callback: () => void): void {
    this.#data.addEventListener('open', callback);
  }

  onClosed(callback: () => void): void {
    this.#data.addEventListener('close', callback);
  }

  onError(callback: (message: string) => void): void {
    this.#data.addEventListener('error', (event) => callback(event.error.message));
  }

  onBufferedAmountLow(callback: () => void): void {
    this.#data.addEventListener('bufferedamountlow', callback);
  }

  onMessage(callback: (message: string | Uint8Array) => void): void {
    this.#data.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) =>
      callback(typeof data === 'string' ? data : new Uint8Array(data)),
    );
  }
}
