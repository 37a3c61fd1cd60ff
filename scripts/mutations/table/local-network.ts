import type { Guard } from '../guard.ts';

/** Guards of discovery in the local network. */
export const LOCAL_NETWORK: readonly Guard[] = [
  {
    properties: ['S-LAN-3'],
    file: 'src-main/agent/network/lost-peers.ts',
    guard: ' || !this.#budget.take(peerId)',
    without: '',
    tests: [
      [
        'unit/agent/network/lost-peers.test.ts',
        'dials a bounded number of times while its announcements pour in, repeated by a neighbour',
      ],
    ],
  },
  {
    properties: ['S-LAN-1'],
    file: 'src-main/agent/discovery/service.ts',
    guard: 'this.#devices.forget(peerId);',
    without: ';',
    tests: [['unit/agent/discovery/service.test.ts', 'that was a peer and is forgotten is a stranger, on both sides']],
  },
  {
    properties: ['S-LAN-2'],
    file: 'src-node/discovery/lan-interfaces.ts',
    guard: 'return theirs - host === ours - (ours % size) && host !== 0 && host !== size - 1;',
    without: 'return true;',
    tests: [['unit/agent/discovery/service.test.ts', 'is not heard from %s, which is no neighbour']],
  },
  {
    properties: ['S-LAN-1'],
    file: 'src-shared/lan/lan-tokens.ts',
    guard: 'while (size < own.length) size *= 2;',
    without: 'size = own.length;',
    tests: [
      ['unit/shared/lan/lan-tokens.test.ts', 'the number of peers cannot be counted, nor two announcements matched'],
    ],
  },
  {
    properties: ['S-LAN-1'],
    file: 'src-main/agent/discovery/service.ts',
    guard: 'this.#presences.delete(key);',
    without: ';',
    tests: [
      [
        'unit/agent/discovery/service.test.ts',
        'that moves says nothing in the new network of what it said in the old one, not even goodbye',
      ],
    ],
  },
  {
    properties: ['S-LAN-2'],
    file: 'src-shared/lan/lan-tokens.ts',
    guard: '[context.epoch, context.epoch - 1, context.epoch + 1]',
    without: '[context.epoch, context.epoch - 1, context.epoch + 1, context.epoch - 2, context.epoch + 2]',
    tests: [
      [
        'unit/shared/lan/lan-tokens.test.ts',
        'what was recorded is worth nothing at another address or port, with another salt, or half an hour later',
      ],
    ],
  },
  {
    properties: ['S-LAN-3'],
    file: 'src-main/agent/discovery/discovered-devices.ts',
    guard: 'if (this.#strangers.size >= DISCOVERY_LIMITS.strangers)',
    without: 'if ((this.#strangers.size >= DISCOVERY_LIMITS.strangers) && false)',
    tests: [['unit/agent/discovery/service.test.ts', 'with a flood fills its share of the list, and hides no peer']],
  },
  {
    properties: ['S-LAN-3'],
    file: 'src-main/agent/discovery/discovered-devices.ts',
    guard: 'if (before === undefined && !this.#hasRoom(address))',
    without: 'if ((before === undefined && !this.#hasRoom(address)) && false)',
    tests: [['unit/agent/discovery/service.test.ts', 'with a flood fills its share of the list, and hides no peer']],
  },
  {
    properties: ['S-LAN-3'],
    file: 'src-main/agent/discovery/discovered-devices.ts',
    guard: 'if (before === undefined && !this.#hasRoom(address)) return false;',
    without: '',
    tests: [['unit/agent/discovery/service.test.ts', 'with a flood fills its share of the list, and hides no peer']],
  },
  {
    properties: ['S-LAN-3'],
    file: 'src-node/discovery/lan-packets.ts',
    guard: '// Anyone in the network can send bytes that are not DNS.\n    return [];',
    without: 'throw new Error();',
    tests: [
      [
        'unit/node/discovery/lan-packets.test.ts',
        'never breaks anything: twenty thousand packets, cut, changed and made up',
      ],
    ],
  },
  {
    properties: ['S-LAN-3'],
    file: 'src-main/agent/discovery/discovered-devices.ts',
    guard: 'cleanName(announcement.name) || null',
    without: 'announcement.name',
    tests: [
      [
        'unit/agent/discovery/service.test.ts',
        'is called nothing that drives a terminal, turns text round or cannot be seen',
      ],
    ],
  },
  {
    properties: ['S-LAN-4'],
    file: 'src-main/agent/discovery/discovered-devices.ts',
    guard: 'find(([, { isSilent }]) => isSilent === true)',
    without: 'find(() => false)',
    tests: [
      [
        'unit/agent/discovery/service.test.ts',
        'with ten thousand names from changing addresses keeps no machine away that is there',
      ],
    ],
  },
  {
    properties: ['S-LAN-4'],
    file: 'src-main/agent/discovery/service.ts',
    guard: 'this.#findInvitation(packet, address);',
    without: '',
    tests: [
      [
        'unit/agent/discovery/service.test.ts',
        'with a flood hides no code for which a person looks, and costs no more than a part of it',
      ],
    ],
  },
  {
    properties: ['S-LAN-4'],
    file: 'src-main/agent/discovery/service.ts',
    guard: 'return alike === undefined ? { name } : { name: null, alike };',
    without: 'return { name };',
    tests: [['unit/agent/discovery/service.test.ts', 'with the name of a peer, as %s, is shown without it']],
  },
  {
    properties: ['S-LAN-5'],
    file: 'src-main/agent/discovery/discovered-devices.ts',
    guard: 'if (peerId !== undefined) return this.#addPeer',
    without: 'if (peerId !== undefined && announcement.mark === undefined) return this.#addPeer',
    tests: [
      [
        'unit/agent/discovery/service.test.ts',
        'has another mark after each start, and a copy of it is shown beside the peer, never with it',
      ],
    ],
  },
  {
    properties: ['S-LAN-5'],
    file: 'src-main/agent/discovery/service.ts',
    guard: 'this.#mark = toHex(crypto.randomBytes(8));',
    without: 'this.#mark = toHex(identity.signingKey.subarray(0, 8));',
    tests: [
      [
        'unit/agent/discovery/service.test.ts',
        'has another mark after each start, and a copy of it is shown beside the peer, never with it',
      ],
    ],
  },
  {
    properties: ['S-LAN-5'],
    file: 'src-node/discovery/lan-packets.ts',
    guard: '...(name !== undefined && namedFacts(texts))',
    without: '...namedFacts(texts)',
    tests: [
      [
        'unit/node/discovery/lan-packets.test.ts',
        'system and mark are announced with a name only, and read only where they are valid',
      ],
    ],
  },
];
