import type { Guard } from '../guard.ts';

/** “A proxy or a port of this device” of docs/SECURITY.md. */
export const PROXIES: readonly Guard[] = [
  {
    file: 'src-main/agent/datagrams/socks-client.ts',
    guard: 'if (known !== undefined && from.port !== known)',
    without: 'if ((known !== undefined && from.port !== known) && false)',
    tests: [
      [
        'unit/agent/datagrams/socks-client.test.ts',
        'is not another user’s program that sends first, however much it sends',
      ],
    ],
  },
  {
    file: 'src-main/agent/proxies/http-server.ts',
    guard:
      "if (!this.#isLoggedIn(request)) return answer(response, 407, LOGIN, 'This proxy needs a user and a password.');",
    without:
      "if ((!this.#isLoggedIn(request)) && false) return answer(response, 407, LOGIN, 'This proxy needs a user and a password.');",
    tests: [['integration/forwards/auto.test.ts', 'lets in who knows user and password, by either, and nobody else']],
  },
  {
    file: 'src-main/agent/proxies/http-server.ts',
    guard: 'if (absolute === undefined) return answer(response, 400, [], NOT_A_PROXY_REQUEST);',
    without: 'if ((absolute === undefined) && false) return answer(response, 400, [], NOT_A_PROXY_REQUEST);',
    tests: [
      [
        'integration/forwards/http-proxy.test.ts',
        'answers a head that is too long with 431, and what is no request to a proxy with 400',
      ],
      ['integration/forwards/hostile-http.test.ts', 'gets nothing through the proxy: %s'],
    ],
  },
  {
    file: 'src-main/agent/ssh/private-key.ts',
    guard: 'if (!(await file.stat()).isFile())',
    without: 'if ((!(await file.stat()).isFile()) && false)',
    tests: [['integration/ssh/logins.test.ts', 'says what is wrong with the file, without a word to the server']],
  },
  {
    file: 'src-main/agent/proxies/slow-clients.ts',
    guard: 'else if (hasBegun && now - since >= this.#limits.head) this.#late(socket);',
    without: '',
    tests: [
      [
        'unit/agent/proxies/slow-clients.test.ts',
        'a client that sends its head a byte at a time is ended after ten seconds, also with a later request',
      ],
    ],
  },
  {
    file: 'src-main/agent/forwards/ini.ts',
    guard: "errorCode(error) === 'ini.user'",
    without: 'true',
    tests: [
      [
        'unit/agent/ini/ini.test.ts',
        'must be said where there are two, and no beginning of an id in a heading says it',
      ],
    ],
  },
];
