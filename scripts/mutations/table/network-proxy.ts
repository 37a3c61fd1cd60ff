import type { Guard } from '../guard.ts';

/** Guards of network proxies. */
export const NETWORK_PROXY: readonly Guard[] = [
  {
    properties: ['S-NET-1'],
    file: 'src-node/sockets/proxy/connect-answer.ts',
    guard: 'if (this.#length === this.#head.length)',
    without: 'if ((this.#length === this.#head.length) && false)',
    tests: [['unit/node/sockets/proxy/connect-answer.test.ts', 'is refused when it never ends']],
  },
  {
    properties: ['S-NET-3'],
    file: 'src-node/sockets/proxy/network-route.ts',
    guard: "proxy.mode === 'none' || isLoopbackHost(endpoint.host)",
    without: "proxy.mode === 'none'",
    tests: [['unit/node/sockets/proxy/network-route.test.ts', 'is never one for what does not leave this machine']],
  },
  {
    properties: ['S-NET-1'],
    file: 'src-node/sockets/proxy/proxy-tunnel.ts',
    guard: 'if (!/^[a-z0-9._[\\]:-]+$/i.test(authority))\n',
    without: 'if (false)\n',
    tests: [
      [
        'unit/node/sockets/proxy/connect-answer.test.ts',
        'carries no line of somebody else, whatever host, user and password are',
      ],
    ],
  },
  {
    properties: ['S-NET-3'],
    file: 'src-main/agent/proxy/proxy-settings.ts',
    guard: 'address === before.address && user',
    without: 'user',
    tests: [
      [
        'integration/proxy/proxy.test.ts',
        'a kept password goes to the address and the user it was given for, and to no other',
      ],
    ],
  },
  {
    properties: ['S-NET-3'],
    file: 'src-main/agent/proxy/proxy-settings.ts',
    guard: 'const same = address === before.address && user === before.user;',
    without: 'const same = address === before.address;',
    tests: [
      [
        'integration/proxy/proxy.test.ts',
        'a kept password goes to the address and the user it was given for, and to no other',
      ],
    ],
  },
  {
    properties: ['S-NET-3'],
    file: 'src-node/sockets/proxy/proxy-tunnel.ts',
    guard: "if (code === 'relay.proxy-forbidden' && user !== undefined)",
    without: 'if (false)',
    tests: [['unit/node/sockets/proxy/proxy-tunnel.test.ts', 'is a wrong password: %s']],
  },
];
