import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { FormatError } from '#shared/errors.ts';
import { decodeDeposit, decodeDirectClaim, encodeDeposit, encodeDirectClaim } from '#shared/pairing/index.ts';
import { prologueOf, startCPace, type PairingFacts } from '#shared/pairing/secrets.ts';
import { createPairingLink, parsePairingLink } from '#shared/pairing/links.ts';
import { decodeIntroduction, encodeIntroduction } from '#shared/pairing/messages.ts';

const SID = new Uint8Array(16).fill(1);
const PEER = '2C6VAY4JEVJ8KJM60YW7E6GQ4EKW2HF4ZW6C8JBXAD5BNPWZY800FZ0G';

function facts(relayKey: Uint8Array | undefined): PairingFacts {
  return { relayKey, form: 'code', nameplate: 'ABCD', inviterSid: SID, joinerSid: SID };
}

describe('a pairing over a direct connection', () => {
  it('shares neither prologue nor generator with one at a relay, not even at a relay with an empty or zero key [S-PAIR-18]', () => {
    const secret = new TextEncoder().encode('1234');
    const others = [new Uint8Array(0), new Uint8Array(32)].map((key) => facts(key));
    for (const other of others) expect(prologueOf(other)).not.toEqual(prologueOf(facts(undefined)));
    // Random scalars differ anyway: that both sides derive different keys is shown by finishing across.
    const [left, right] = [
      startCPace(nativeBackend, secret, facts(undefined)),
      startCPace(nativeBackend, secret, facts(new Uint8Array(0))),
    ];
    const none = new Uint8Array(0);
    const at = (point: Uint8Array) => ({ point, associatedData: none });
    expect(left.finish('initiator', at(left.point), at(right.point))).not.toEqual(
      right.finish('responder', at(right.point), at(left.point)),
    );
  });

  it('reads claims and deposits in one encoding only, whatever a stranger sends [S-PAIR-16]', () => {
    for (let count = 0; count < 5000; count += 1) {
      const bytes = nativeBackend.randomBytes(count % 24);
      if (count % 2 === 0 && bytes.length > 2) bytes.set([0x70, 1, 1 + (count % 4) / 2]);
      const claim = decodeDirectClaim(bytes);
      const deposit = decodeDeposit(bytes);
      expect(claim === undefined ? bytes : encodeDirectClaim(claim)).toEqual(bytes);
      expect(deposit === undefined ? bytes : encodeDeposit(deposit)).toEqual(bytes);
    }
    const claim = { kind: 'link', mailbox: '0f'.repeat(16) } as const;
    expect(decodeDirectClaim(encodeDirectClaim(claim))).toEqual(claim);
  });

  it('names addresses in its link, and only addresses', () => {
    const link = { addresses: ['192.168.1.5:7473', '[fd00::1]:7473'], inviter: PEER, secret: SID } as never;
    const text = createPairingLink(link);
    expect(parsePairingLink(text)).toEqual(link);
    for (const at of [
      '',
      'office:7473',
      '192.168.1.5',
      '192.168.1.5:0',
      '1.2.3.4:1,'.repeat(5) + '1.2.3.4:1',
      'fe80::1%eth0:1',
    ])
      expect(() => parsePairingLink(text.replace(/at=[^&]*/, `at=${encodeURIComponent(at)}`))).toThrow(
        'not a complete pairing link',
      );
  });

  it('names the relay inside the introduction, with a URL as in a link only', () => {
    const base = { share: new Uint8Array(32), certificate: SID, name: 'office', grants: [], enrolment: undefined };
    const relay = { url: 'wss://relay.example:7474', relayKey: new Uint8Array(32), tlsPin: undefined };
    expect(decodeIntroduction(encodeIntroduction({ ...base, relay }), true).relay).toEqual(relay);
    expect(decodeIntroduction(encodeIntroduction({ ...base, relay: null }), true).relay).toBeNull();
    expect(() => decodeIntroduction(encodeIntroduction({ ...base, relay }))).toThrow(FormatError);
    expect(() => decodeIntroduction(encodeIntroduction(base), true)).toThrow(FormatError);
    expect(() => encodeIntroduction({ ...base, relay: { ...relay, url: 'wss://user@relay.example' } })).toThrow(
      RangeError,
    );
  });
});
