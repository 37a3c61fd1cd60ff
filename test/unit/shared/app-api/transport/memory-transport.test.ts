import { describe, expect, it } from 'vitest';
import { APP_TRANSPORT_DRAINED, createTransportPair, type AppTransport } from '#shared/app-api/index.ts';

type Received = { messages: Uint8Array[]; drains: number; ends: (Error | undefined)[] };

function listen(transport: AppTransport, onMessage: (bytes: Uint8Array) => void = () => undefined): Received {
  const received: Received = { messages: [], drains: 0, ends: [] };
  transport.setHandlers({
    message: (bytes) => {
      received.messages.push(bytes);
      onMessage(bytes);
    },
    drain: () => void (received.drains += 1),
    closed: (error) => void received.ends.push(error),
  });
  return received;
}

/** Everything that is due has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('a pair of transports in memory', () => {
  it('delivers whole messages in order, both ways, never within the call that sends', async () => {
    const [one, two] = createTransportPair();
    const [atOne, atTwo] = [listen(one), listen(two)];
    one.send(bytes(1));
    one.send(bytes(2, 3));
    two.send(bytes(4));
    expect(atTwo.messages).toEqual([]);
    await settled();
    expect(atTwo.messages).toEqual([bytes(1), bytes(2, 3)]);
    expect(atOne.messages).toEqual([bytes(4)]);
  });

  it('keeps messages for handlers that come later, and the end behind them', async () => {
    const [one, two] = createTransportPair();
    const atOne = listen(one);
    one.send(bytes(1));
    one.close();
    await settled();
    expect(atOne.ends).toEqual([undefined]);
    const atTwo = listen(two);
    await settled();
    expect(atTwo).toEqual({ messages: [bytes(1)], drains: 0, ends: [undefined] });
  });

  it('counts what is not taken yet, and tells when it has become little', async () => {
    const [one, two] = createTransportPair();
    const atOne = listen(one);
    one.send(new Uint8Array(APP_TRANSPORT_DRAINED));
    one.send(bytes(1));
    expect(one.bufferedBytes).toBe(APP_TRANSPORT_DRAINED + 1);
    await settled();
    expect(atOne.drains).toBe(0);
    listen(two);
    await settled();
    expect(one.bufferedBytes).toBe(0);
    expect(atOne.drains).toBe(1);
    one.send(bytes(1));
    await settled();
    expect(atOne.drains).toBe(1);
  });

  it('holds everything back while it is paused', async () => {
    const [one, two] = createTransportPair();
    const atTwo = listen(two);
    two.setPaused?.(true);
    one.send(bytes(1));
    one.close();
    await settled();
    expect(atTwo).toMatchObject({ messages: [], ends: [] });
    two.setPaused?.(false);
    await settled();
    expect(atTwo).toMatchObject({ messages: [bytes(1)], ends: [undefined] });
  });

  it('drops at the end that closes what it has not received, and sends nothing after that', async () => {
    const [one, two] = createTransportPair();
    const [atOne, atTwo] = [listen(one), listen(two)];
    two.send(bytes(1));
    one.close();
    one.close();
    one.send(bytes(2));
    two.send(bytes(3));
    await settled();
    expect(atOne).toEqual({ messages: [], drains: 0, ends: [undefined] });
    expect(atTwo).toEqual({ messages: [], drains: 0, ends: [undefined] });
  });

  it('may be closed within a message, and is over then', async () => {
    const [one, two] = createTransportPair();
    const atOne = listen(one);
    const atTwo = listen(two, () => two.close());
    one.send(bytes(1));
    one.send(bytes(2));
    await settled();
    expect(atTwo).toEqual({ messages: [bytes(1)], drains: 0, ends: [undefined] });
    expect(atOne.ends).toEqual([undefined]);
  });
});
