import { describe, expect, it } from 'vitest';
import { composeCandidate, readCandidate, composeSdp, readDescription } from '#shared/webrtc/index.ts';
import { CHANNEL_WINDOW, WebRtcChannel, type DataChannel } from '#shared/webrtc/index.ts';
import { createWebRtcSockets } from '#node/webrtc/index.ts';
import { silentLogger, type Logger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { DESCRIPTION } from '#test/support/fake-webrtc.ts';

describe('what is said of a side', () => {
  it('is read from what the library says, and composed anew from three words', () => {
    const fingerprint = 'ab'.repeat(32);
    const sdp = composeSdp({ ...DESCRIPTION, fingerprint }, 'offer');
    expect(sdp).toContain(`a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}\r\n`);
    expect(readDescription(sdp)).toEqual({ ...DESCRIPTION, fingerprint });
    expect(readDescription(sdp.replace('sha-256', 'sha-1'))).toBeUndefined();
    expect(readDescription('')).toBeUndefined();
  });

  it.each([
    ['a=candidate:1 1 UDP 2122317823 192.168.1.2 5000 typ host', '192.168.1.2:5000'],
    ['a=candidate:2 1 UDP 1686109695 5.6.7.8 9 typ srflx raddr 0.0.0.0 rport 0', '5.6.7.8:9'],
    ['candidate:3 1 UDP 1 2a05::1 5000 typ host', '[2a05::1]:5000'],
    ['a=candidate:1 1 TCP 1 192.168.1.2 9 typ host tcptype active', undefined],
    ['a=candidate:1 1 UDP 1 5.6.7.8 9 typ relay raddr 0.0.0.0 rport 0', undefined],
    ['a=candidate:1 1 UDP 1 f2b8b1a2.local 5000 typ host', undefined],
    ['a=candidate:1 1 UDP 1 5.6.7.8 70000 typ host', undefined],
  ])('has addresses: %s', (line, address) => {
    expect(readCandidate(line)).toBe(address);
  });

  it('names earlier addresses as better ones', () => {
    const priority = (index: number): number => Number(composeCandidate('[2a05::1]:5', index).split(' ')[3]);
    expect(composeCandidate('[2a05::1]:5', 0)).toMatch(/ 2a05::1 5 typ host$/u);
    expect(priority(0)).toBeGreaterThan(priority(1));
  });
});

/** A data channel that takes everything, as far as the test says. */
class FakeData implements DataChannel {
  readonly sent: (string | number)[] = [];
  buffered = 0;
  broken = false;
  low: () => void = () => undefined;
  message: (message: string | Uint8Array) => void = () => undefined;
  close(): void {
    this.broken = true;
  }
  sendMessage(text: string): boolean {
    this.#check();
    this.sent.push(text);
    return true;
  }
  sendMessageBinary(bytes: Uint8Array): boolean {
    this.#check();
    this.sent.push(bytes.length);
    return true;
  }
  bufferedAmount(): number {
    return this.buffered;
  }
  setBufferedAmountLowThreshold(): void {
    // The test calls `low` itself.
  }
  onOpen(): void {
    // It is open.
  }
  onClosed(): void {
    // The connection hears of it.
  }
  onError(): void {
    // The same.
  }
  onBufferedAmountLow(callback: () => void): void {
    this.low = callback;
  }
  onMessage(callback: (message: string | Uint8Array) => void): void {
    this.message = callback;
  }
  #check(): void {
    if (this.broken) throw new Error('libdatachannel error while sending data channel message');
  }
}

function channel() {
  const data = new FakeData();
  const heard = { bytes: 0, drains: 0, ends: [] as (string | undefined)[], hungUp: 0 };
  const made = new WebRtcChannel(data, new FakeClock(), () => (heard.hungUp += 1));
  const listen = (): void =>
    made.setHandlers({
      data: (chunk) => (heard.bytes += chunk.length),
      drain: () => (heard.drains += 1),
      closed: (error) => void heard.ends.push(error?.message),
    });
  return { data, made, heard, listen };
}

describe('a channel over WebRTC', () => {
  it('sends no message above 64 KiB, joins small pieces, and stops at what the other side takes', async () => {
    const { data, made, heard, listen } = channel();
    listen();
    made.write([new Uint8Array(10), new Uint8Array(0), new Uint8Array(20)]);
    expect(made.write([new Uint8Array(150_000)])).toBe(true);
    expect(data.sent).toEqual([30, 65_536, 65_536, 150_000 - 2 * 65_536]);
    expect(made.write([new Uint8Array(CHANNEL_WINDOW)])).toBe(false);
    expect(made.bufferedBytes).toBe(150_030);
    data.message(String(CHANNEL_WINDOW + 150_000));
    expect([made.bufferedBytes, heard.drains]).toEqual([30, 0]);
    data.message(String(CHANNEL_WINDOW + 150_030));
    expect([made.bufferedBytes, heard.drains]).toEqual([0, 1]);
  });

  it('waits for the queue of the library, and goes on when that is low', () => {
    const { data, made, heard, listen } = channel();
    listen();
    data.buffered = 200_000;
    expect(made.write([new Uint8Array(5)])).toBe(false);
    expect(data.sent).toEqual([]);
    data.buffered = 1000;
    data.low();
    expect([data.sent, heard.drains]).toEqual([[5], 1]);
  });

  it.each([
    ['a word', ['begin']],
    ['credit that falls', [String(CHANNEL_WINDOW - 1)]],
    ['credit for more than a window', [String(2 * CHANNEL_WINDOW)]],
    ['a number that is none', ['1e9']],
    ['a message without a byte, of which there could be any number,', [new Uint8Array(0)]],
    ['more than it was let', Array.from({ length: CHANNEL_WINDOW / 65_536 + 1 }, () => new Uint8Array(65_536))],
  ])('ends with %s of the other side [S-LINK-19]', async (_what, messages) => {
    const { data, made, heard, listen } = channel();
    made.pause();
    listen();
    for (const message of messages) data.message(message);
    await Promise.resolve();
    expect(heard.hungUp).toBe(1);
    expect(heard.ends).toHaveLength(1);
    expect(heard.ends[0]).toMatch(/broke the rules|more than it may/u);
    expect(made.bufferedBytes).toBe(0);
  });

  it('keeps a window of what is not wanted, and lets more come as it is taken [S-LINK-19]', () => {
    const { data, made, heard, listen } = channel();
    made.pause();
    listen();
    for (let count = 0; count < 20; count += 1) data.message(new Uint8Array(65_536));
    expect([heard.bytes, data.sent]).toEqual([0, []]);
    made.resume();
    expect(heard.bytes).toBe(20 * 65_536);
    expect(data.sent).toEqual([String(CHANNEL_WINDOW + 16 * 65_536)]);
  });

  it('keeps what is cut into single bytes in a few pieces, and hands it on in order [S-LINK-18] [S-LINK-19]', () => {
    const { data, made } = channel();
    const pieces: Uint8Array[] = [];
    made.pause();
    made.setHandlers({
      data: (chunk) => void pieces.push(chunk.slice()),
      drain: () => undefined,
      closed: () => undefined,
    });
    const sent = Buffer.from(Array.from({ length: 200_000 }, (_unused, index) => index % 251));
    for (const byte of sent) data.message(Uint8Array.of(byte));
    data.message(new Uint8Array(65_536).fill(7));
    data.message(Uint8Array.of(9));
    made.resume();
    expect(pieces.length).toBeLessThan(10);
    expect(Buffer.concat(pieces).equals(Buffer.concat([sent, Buffer.alloc(65_536, 7), Buffer.of(9)]))).toBe(true);
  });

  it('is lost when the library has let go of it', async () => {
    const { data, made, heard, listen } = channel();
    listen();
    data.broken = true;
    expect(made.write([new Uint8Array(5)])).toBe(true);
    await Promise.resolve();
    expect(heard.ends).toEqual(['the connection broke']);
  });
});

describe('the optional library', () => {
  it.each([
    ['is not installed', () => Promise.reject(new Error("Cannot find package 'node-datachannel'\nimported from x"))],
    ['does not load', () => Promise.reject(new Error('libstdc++.so.6: version not found'))],
    ['is another one', () => Promise.resolve({ PeerConnection: 1 })],
  ])('leaves out connections over UDP where it %s: said once [S-LINK-18]', async (_what, load) => {
    const lines: string[] = [];
    const quiet = (): void => undefined;
    const logger: Logger = {
      debug: quiet,
      info: (message) => void lines.push(message),
      warn: quiet,
      error: quiet,
      child: () => logger,
    };
    const sockets = createWebRtcSockets({ clock: new FakeClock(), logger, load });
    expect(sockets.problem).toBeUndefined();
    for (let tries = 0; tries < 3; tries += 1)
      await expect(sockets.ready()).rejects.toMatchObject({ code: 'udp.unavailable' });
    expect(sockets.problem).toMatch(/^node-datachannel: [^\n]+$/u);
    expect(lines).toHaveLength(1);
    sockets.close();
  });

  it('is asked for no connection that was given up while it was being loaded [S-LINK-16]', async () => {
    let made = 0;
    function PeerConnection(): void {
      made += 1;
    }
    let finish: () => void = () => undefined;
    const loaded = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const load = () => loaded.then(() => ({ PeerConnection, cleanup: () => undefined }));
    const sockets = createWebRtcSockets({ clock: new FakeClock(), logger: silentLogger, load });
    const giveUp = new AbortController();
    const connecting = sockets.connect({
      signal: giveUp.signal,
      loopback: true,
      offer: undefined,
      onCandidate: () => undefined,
      onGathered: () => undefined,
      onFailed: () => undefined,
    });
    giveUp.abort();
    finish();
    await expect(connecting).rejects.toMatchObject({ code: 'udp.failed', message: 'given up' });
    expect(made).toBe(0);
    sockets.close();
  });
});
