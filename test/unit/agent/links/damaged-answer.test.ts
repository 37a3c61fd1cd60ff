import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { flipBit } from '#test/unit/shared/handshake/devices.ts';
import { codeOf } from '#test/support/rejections.ts';
import { device, FakeNetwork, know, newIdentity, paired } from './network.ts';

/** What the initiator says of an answer that the network changes so. */
async function said(change: (message2: Uint8Array) => Uint8Array): Promise<string> {
  const { network, lower, higher } = paired();
  network.tamperMessage2 = change;
  return await codeOf(() => lower.links.session(higher.identity.peerId));
}

describe('an answer that was changed on the way', () => {
  it(
    'by any one bit is reported as damaged, never as a changed key, and the next try succeeds [S-LINK-5]',
    { timeout: 180_000 },
    async () => {
      const { network, lower, higher } = paired();
      const { peerId } = higher.identity;
      let length = 1;
      const codes = new Set<string>();
      for (let bit = 0; bit < length * 8; bit += 1) {
        network.tamperMessage2 = (message2) => {
          length = message2.length;
          return flipBit(message2, bit);
        };
        codes.add(await codeOf(() => lower.links.session(peerId)));
      }
      expect([...codes]).toEqual(['handshake.damaged']);
      expect(length).toBeGreaterThan(150);
      network.tamperMessage2 = (message2) => message2;
      const session = await lower.links.session(peerId);
      expect(lower.links.current(peerId)).toBe(session);
    },
  );

  it('by its length or into something else is reported as damaged [S-LINK-5]', { timeout: 180_000 }, async () => {
    const { network, lower, higher } = paired();
    let length = 1;
    const codes = new Set<string>();
    for (let cut = 0; cut < length; cut += 1) {
      network.tamperMessage2 = (message2) => {
        length = message2.length;
        return message2.subarray(0, cut);
      };
      codes.add(await codeOf(() => lower.links.session(higher.identity.peerId)));
    }
    expect([...codes]).toEqual(['handshake.damaged']);
    const changes: readonly ((message2: Uint8Array) => Uint8Array)[] = [
      (message2) => Uint8Array.from([...message2, 0]),
      (message2) => new Uint8Array(message2.length),
      (message2) => nativeBackend.randomBytes(message2.length),
      () => nativeBackend.randomBytes(4096),
      () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    ];
    for (const change of changes) expect(await said(change)).toBe('handshake.damaged');
  });
});

describe('an answer that authenticates, with a verified certificate', () => {
  it('of another identity is reported as a changed key [S-LINK-5]', async () => {
    const network = new FakeNetwork();
    const [one, other] = [newIdentity(network.clock), newIdentity(network.clock)];
    const lower = device(network);
    const higher = device(network, { ...one, certificate: other.certificate });
    know(lower, one);
    know(higher, lower.identity);
    expect(await codeOf(() => lower.links.session(one.peerId))).toBe('link.key-changed');
  });

  it('of a key that was replaced is reported as a changed key [S-LINK-5]', async () => {
    const network = new FakeNetwork();
    const lower = device(network);
    const higher = device(network);
    const { peerId, signingKey, staticKey } = higher.identity;
    know(higher, lower.identity);
    lower.pins.set(peerId, { peerId, signingKey, staticKey: staticKey.publicKey, generation: 2 });
    expect(await codeOf(() => lower.links.session(peerId))).toBe('link.key-changed');
  });

  it('that cannot be read is reported as the other device’s mistake', async () => {
    const network = new FakeNetwork();
    const lower = device(network);
    const identity = newIdentity(network.clock);
    const higher = device(network, { ...identity, certificate: identity.certificate.subarray(1) });
    know(lower, identity);
    know(higher, lower.identity);
    expect(await codeOf(() => lower.links.session(identity.peerId))).toBe('link.malformed');
  });
});
