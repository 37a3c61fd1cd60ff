import type { Guard } from '../guard.ts';

const ARRIVALS = 'src-main/agent/share-links/guest-arrivals.ts';
const LINKS = 'src-main/agent/share-links/share-links.ts';
const PAGES = 'integration/browser/share-links.test.ts';
const AT_RELAY = 'integration/relay/shares.test.ts';

/** Guards of share links and their guests. */
export const SHARE_LINKS: readonly Guard[] = [
  {
    properties: ['S-RELAY-16'],
    file: 'src-relay/hub/dispatcher.ts',
    guard: 'host === undefined || share === undefined || message.to !== host.peerId',
    without: 'host === undefined || share === undefined',
    tests: [[AT_RELAY, 'sees no one, and rings the machine that opened the share, and no other']],
  },
  {
    properties: ['S-RELAY-16'],
    file: 'src-relay/hub/dispatcher.ts',
    guard: "if (connection.state === 'guest' && !GUEST_MAY.has(message.type)) {",
    without: 'if (false) {',
    tests: [[AT_RELAY, 'may do nothing else']],
  },
  {
    properties: ['S-RELAY-17'],
    file: 'src-relay/hub/shares.ts',
    guard: "if (known !== undefined && known.hostId !== hostId) return 'taken';",
    without: ';',
    tests: [[AT_RELAY, 'belongs to the device that opened it, and ends with its connection']],
  },
  {
    properties: ['S-SHARE-2'],
    file: LINKS,
    guard: "letIn: wanted.letIn && role === 'view',",
    without: 'letIn: wanted.letIn,',
    tests: [[PAGES, 'lets a guest type after a card, even if the link lets viewers in by itself']],
  },
  {
    properties: ['S-SHARE-2'],
    file: ARRIVALS,
    guard: "if (message.type !== 'input' || role !== 'type') {",
    without: "if (message.type !== 'input') {",
    tests: [[PAGES, 'ends a guest that watches and types all the same']],
  },
  {
    properties: ['S-SHARE-8'],
    file: 'src-main/agent/terminals/viewers/sharing.ts',
    guard: 'this.guests.take(terminal, this.#require(terminal, peer.peerId), report, peer);',
    without: 'this.guests.take(terminal, this.#require(terminal, undefined), report, peer);',
    tests: [
      [
        'unit/agent/terminals/viewers/guest-log.test.ts',
        'only the holder may report guests, with a name that is made safe, and each event counts once',
      ],
    ],
  },
  {
    properties: ['S-SHARE-4'],
    file: ARRIVALS,
    guard: "else if (stream.kind !== 'pty' || !isGuestRequest(stream.params))",
    without: 'else if (false)',
    tests: [[PAGES, 'refuses another stream in place of the one to the terminal of the link']],
  },
  {
    properties: ['S-SHARE-5'],
    file: ARRIVALS,
    guard: 'if (relayKey === undefined || (facts.once && share.isUsed)) {',
    without: 'if (relayKey === undefined) {',
    tests: [[PAGES, 'lets viewers in by itself if the link says so, one of them with --once']],
  },
  {
    properties: ['S-SHARE-5'],
    file: LINKS,
    guard: 'if (guest.isLetIn && !guest.hasCome) share.isUsed = false;',
    without: 'if (guest.isLetIn) share.isUsed = false;',
    tests: [
      [
        'unit/agent/share-links/share-links.test.ts',
        'uses up a link for one guest if it has come, and not if its pairing failed before',
      ],
    ],
  },
  {
    properties: ['S-SHARE-6'],
    file: LINKS,
    guard: 'for (const guest of share.guests.values()) this.#dismiss(guest, code);',
    without: ';',
    tests: [
      [
        'unit/agent/share-links/share-links.test.ts',
        'ends at its time, at the relay too, and guests that wait or are in are out',
      ],
    ],
  },
  {
    properties: ['S-SHARE-5'],
    file: ARRIVALS,
    guard: "else if (code !== 'link.reset') return;",
    without: 'else return;',
    tests: [
      [
        'unit/agent/share-links/guest-arrivals.test.ts',
        'is free for another after eight guests that open and reset their streams',
      ],
    ],
  },
  {
    properties: ['S-SHARE-6'],
    file: ARRIVALS,
    guard: 'if (this.#options.shares.byShareId(share.facts.shareId) === undefined || !isIn()) return;',
    without: 'if (!isIn()) return;',
    tests: [
      [PAGES, 'expires while a guest types, also on a machine that has slept past its end, and lets no one else in'],
    ],
  },
];
