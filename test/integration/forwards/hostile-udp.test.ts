import { expect, it } from 'vitest';
import { openUdp } from '#node/forwarding/index.ts';

it('a datagram that says it came from port 0 gets no answer, and ends nothing', async () => {
  const port = await openUdp({ host: '127.0.0.1', port: 0, onMessage: () => undefined });
  try {
    expect(port.send([Uint8Array.of(1)], { address: '127.0.0.1', port: 0 })).toBe(false);
    expect(port.send([Uint8Array.of(1)], { address: '127.0.0.1', port: 9 })).toBe(true);
  } finally {
    await port.close();
  }
});
