import { describe, expect, it } from 'vitest';
import { createAddLink, isAddLink, parseAddLink } from '#shared/pairing/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { INVITER } from '#test/support/pairing.ts';

const LINK = { relayUrl: 'wss://relay.test:7474', relayKey: new Uint8Array(32).fill(7), peer: INVITER.peerId };
const TEXT = createAddLink(LINK);

describe('a link to add a device', () => {
  it('names the relay, its key and the device, and no secret', () => {
    expect(TEXT).toBe(
      `clawreach://add?v=1&relay=wss%3A%2F%2Frelay.test%3A7474&key=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc&peer=${INVITER.peerId}`,
    );
    expect([isAddLink(TEXT), isAddLink(`  ${TEXT}`), isAddLink(INVITER.peerId)]).toEqual([true, true, false]);
    expect(parseAddLink(` ${TEXT} `)).toEqual(LINK);
    expect(parseAddLink(TEXT.replace('add?', 'add/?'))).toEqual(LINK);
  });

  it.each([
    TEXT.replace('v=1', 'v=2'),
    TEXT.replace('&key=', '&key=B'),
    TEXT.replace('wss%3A', 'http%3A'),
    TEXT.replace('%3A', '%3a'),
    `${TEXT}&secret=AAAAAAAAAAAAAAAAAAAAAA`,
    TEXT.replace(INVITER.peerId, INVITER.peerId.toLowerCase()),
    TEXT.replace('relay=', 'relay=%E0%A4%A'),
    `clawreach://add?v=1&relay=${'a'.repeat(2000)}`,
  ])('is nothing else: %s', async (text) => {
    expect(await codeOf(() => parseAddLink(text))).toBe('pairing.link-format');
  });
});
