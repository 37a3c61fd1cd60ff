import type { Page, WebSocketRoute } from 'playwright-core';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { decodeEarlyData, encodeEarlyData, RELAY_PATHS } from '#shared/relay-api/index.ts';

/** Bytes of one call of a page, as the relay has them: those of the page, those of the device it calls, and the device's first message. */
export type RecordedCall = { page: number[]; device: number[]; message2: Uint8Array | undefined };

/** Side whose bytes of an earlier call a relay sends in place of the true ones. */
export type Replayed = Readonly<{ side: 'page' | 'device'; call: RecordedCall }>;

/**
 * Records the first call of a page at the place of its relay, before the page is loaded. With `replayed` the other end of one side gets what that side had
 * said in an earlier call, byte for byte.
 */
export async function tapFirstCall(page: Page, replayed?: Replayed): Promise<RecordedCall> {
  const call: RecordedCall = { page: [], device: [], message2: undefined };
  let connection: string | undefined;
  let links = 0;
  const pass = (side: 'page' | 'device', bytes: Uint8Array): Uint8Array => {
    const offset = call[side].length;
    call[side].push(...bytes);
    if (replayed?.side !== side) return bytes;
    return bytes.map((byte, index) => replayed.call[side][offset + index] ?? byte);
  };
  const early = (side: 'page' | 'device', message: Uint8Array): Buffer => {
    const { connection: id, bytes } = decodeEarlyData(message);
    connection ??= id;
    return Buffer.from(id === connection ? encodeEarlyData(id, pass(side, bytes)) : message);
  };
  const accepted = (text: string): string => {
    const message = JSON.parse(text) as { message2?: unknown };
    if (typeof message.message2 !== 'string' || call.message2 !== undefined) return text;
    call.message2 = fromBase64Url(message.message2);
    if (replayed?.side !== 'device' || replayed.call.message2 === undefined) return text;
    return JSON.stringify({ ...message, message2: toBase64Url(replayed.call.message2) });
  };
  const control = (socket: WebSocketRoute): void => {
    const relay = socket.connectToServer();
    socket.onMessage((message) => relay.send(typeof message === 'string' ? message : early('page', message)));
    relay.onMessage((message) =>
      socket.send(typeof message === 'string' ? accepted(message) : early('device', message)),
    );
  };
  const link = (socket: WebSocketRoute): void => {
    const relay = socket.connectToServer();
    links += 1;
    if (links > 1) return;
    // The first message is the page's ticket, the first byte of the answer says that the other side is there.
    let [hasTicket, isReady] = [false, false];
    socket.onMessage((message) => {
      relay.send(hasTicket && typeof message !== 'string' ? Buffer.from(pass('page', message)) : message);
      hasTicket = true;
    });
    relay.onMessage((message) => {
      const bytes = typeof message === 'string' ? Buffer.from(message) : message;
      const start = isReady ? 0 : 1;
      isReady = true;
      socket.send(Buffer.concat([bytes.subarray(0, start), pass('device', bytes.subarray(start))]));
    });
  };
  await page.routeWebSocket(
    (url) => url.pathname === RELAY_PATHS.control || url.pathname === RELAY_PATHS.link,
    (socket) => (new URL(socket.url()).pathname === RELAY_PATHS.link ? link(socket) : control(socket)),
  );
  return call;
}
