import { describe, expect, it } from 'vitest';
import { FormatError } from '#shared/errors.ts';
import { PairingError, type BrowserMark } from '#shared/pairing/index.ts';
import { startPairing } from '#test/support/pairing.ts';
import { decodeIntroduction, encodeIntroduction } from '../../../../src-shared/pairing/messages.ts';

const INTRODUCTION = {
  share: new Uint8Array(32),
  certificate: new Uint8Array([1]),
  name: 'phone',
  grants: ['terminal'],
  enrolment: undefined,
};

describe('a browser in a pairing', () => {
  it.each([
    ['joiner', 'kept'],
    ['joiner', 'tab'],
    ['inviter', 'kept'],
    ['inviter', 'tab'],
  ] as const)('says, sealed, that it is one: the %s, %s [S-APPROVE-2]', async (side, browser) => {
    const { inviter, joiner } = await startPairing({ [side]: { browser } });
    expect([inviter.outcome?.browser, joiner.outcome?.browser]).toEqual(
      side === 'joiner' ? [browser, undefined] : [undefined, browser],
    );
  });

  it('is refused by a device that takes none, and nothing is pinned [S-APPROVE-3]', async () => {
    const admit = (browser: BrowserMark | undefined): void => {
      if (browser !== undefined) throw new PairingError('pairing.refused', 'none');
    };
    for (const side of ['inviter', 'joiner'] as const) {
      const other = side === 'inviter' ? 'joiner' : 'inviter';
      const { inviter, joiner } = await startPairing({ [side]: { admit }, [other]: { browser: 'kept' } });
      expect([inviter.code, joiner.code]).toEqual(['pairing.refused', 'pairing.refused']);
      expect([inviter.outcome, joiner.outcome]).toEqual([undefined, undefined]);
    }
  });
});

describe('the mark of a browser', () => {
  it('is one byte after all else, which a machine does not write', () => {
    const machine = encodeIntroduction(INTRODUCTION);
    expect(encodeIntroduction({ ...INTRODUCTION, browser: 'kept' })).toEqual(new Uint8Array([...machine, 1]));
    expect(encodeIntroduction({ ...INTRODUCTION, browser: 'tab' })).toEqual(new Uint8Array([...machine, 2]));
    expect(decodeIntroduction(machine).browser).toBeUndefined();
    const relay = { url: 'wss://relay.test', relayKey: new Uint8Array(32), tlsPin: undefined };
    const direct = encodeIntroduction({ ...INTRODUCTION, relay, browser: 'tab' });
    expect(decodeIntroduction(direct, true)).toMatchObject({ relay, browser: 'tab' });
  });

  it.each([[0], [3], [255], [1, 1]])('is nothing else: %j', (...bytes) => {
    const machine = encodeIntroduction(INTRODUCTION);
    expect(() => decodeIntroduction(new Uint8Array([...machine, ...bytes]))).toThrow(FormatError);
  });
});
