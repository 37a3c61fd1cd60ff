import type { Guard } from '../guard.ts';

/** Guards of forwards and proxies. */
export const FORWARDS: readonly Guard[] = [
  {
    properties: ['S-FWD-3'],
    file: 'src-main/agent/forwards/datagrams/socks-client.ts',
    guard: 'if (known !== undefined && from.port !== known)',
    without: 'if ((known !== undefined && from.port !== known) && false)',
    tests: [
      [
        'unit/agent/forwards/datagrams/socks-client.test.ts',
        'is not another user’s program that sends first, however much it sends',
      ],
    ],
  },
  {
    properties: ['S-FWD-1'],
    file: 'src-main/agent/forwards/proxies/http-server.ts',
    guard:
      "if (!this.#isLoggedIn(request)) return answer(response, 407, LOGIN, 'This proxy needs a user and a password.');",
    without:
      "if ((!this.#isLoggedIn(request)) && false) return answer(response, 407, LOGIN, 'This proxy needs a user and a password.');",
    tests: [['integration/forwards/auto.test.ts', 'lets in who knows user and password, by either, and nobody else']],
  },
  {
    properties: ['S-FWD-2', 'S-FWD-7'],
    file: 'src-main/agent/forwards/proxies/http-server.ts',
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
    properties: ['S-FWD-6'],
    file: 'src-main/agent/forwards/ssh/private-key.ts',
    guard: 'if (!(await file.stat()).isFile())',
    without: 'if ((!(await file.stat()).isFile()) && false)',
    tests: [['integration/ssh/logins.test.ts', 'says what is wrong with the file, without a word to the server']],
  },
  {
    properties: ['S-FWD-2'],
    file: 'src-main/agent/forwards/proxies/slow-clients.ts',
    guard: 'else if (hasBegun && now - since >= this.#limits.head) this.#late(socket);',
    without: '',
    tests: [
      [
        'unit/agent/forwards/proxies/slow-clients.test.ts',
        'a client that sends its head a byte at a time is ended after ten seconds, also with a later request',
      ],
    ],
  },
  {
    properties: ['S-FWD-6'],
    file: 'src-main/agent/forwards/rules/ini.ts',
    guard: "errorCode(error) === 'ini.user'",
    without: 'true',
    tests: [
      [
        'unit/agent/forwards/ini/ini.test.ts',
        'must be said where there are two, and no beginning of an id in a heading says it',
      ],
    ],
  },
  {
    properties: ['S-FWD-8'],
    file: 'src-main/agent/forwards/proxies/local-bridge.ts',
    guard: '      socket.resetAndDestroy();\n',
    without: "      socket.end('refused');\n",
    tests: [
      [
        'integration/forwards/bridges.test.ts',
        'resets the client when the target refuses, and says why on the rule alone',
      ],
    ],
  },
  {
    properties: ['S-NAME-5'],
    file: 'src-main/agent/forwards/rules/link-upstream.ts',
    guard: "cleanDetail(String(error.details['message'] ?? ''), 256)",
    without: "String(error.details['message'] ?? '')",
    tests: [
      [
        'unit/agent/forwards/hostile-words.test.ts',
        'a refusal of a peer has nothing in its words that drives a terminal, and is not long',
      ],
    ],
  },
  {
    properties: ['S-FWD-6'],
    file: 'src-main/cli/commands/forward/import-export.ts',
    guard: '    ...(check === true ? { dryRun: true } : {}),\n',
    without: '',
    tests: [['unit/cli/forward.test.ts', 'says what a file would open, and adds nothing, with --check']],
  },
  {
    properties: ['S-FWD-5'],
    file: 'src-main/agent/forwards/rules/ini-rules.ts',
    guard: "const shown = key === 'password' ? '…' : value.slice(0, 60);",
    without: 'const shown = value.slice(0, 60);',
    tests: [['unit/agent/forwards/ini/ini.test.ts', 'never shows a password']],
  },
  {
    properties: ['S-FWD-5'],
    file: 'src-main/agent/forwards/rules/ini-text.ts',
    guard: "comment.replaceAll(/\\p{Cc}+/gu, ' ')",
    without: 'comment',
    tests: [['unit/agent/forwards/ini/ini.test.ts', 'may be some of them, and a peer’s name cannot begin a line']],
  },
  {
    properties: ['S-FWD-5'],
    file: 'src-main/cli/commands/forward/ssh-options.ts',
    guard: "const answer = prompter.available ? await prompter.askSecret(question) : '';",
    without: "const answer = prompter.available ? await prompter.ask(question) : '';",
    tests: [['unit/cli/forward.test.ts', 'asks for the password on a terminal without showing it']],
  },
  {
    properties: ['S-FWD-5'],
    file: 'src-main/agent/forwards/rules/manager.ts',
    guard: "new SecretBox(crypto, masterSecret, 'clawreach forward secrets 1')",
    without: "new SecretBox(crypto, new Uint8Array(32), 'clawreach forward secrets 1')",
    tests: [['unit/agent/forwards/rules/manager.test.ts', 'cannot be read on another device, nor for another rule']],
  },
  {
    properties: ['S-FWD-4'],
    file: 'src-main/agent/forwards/proxies/connection-pool.ts',
    guard: '(canRepeat ? there.findLast(({ owner }) => owner === null) : undefined)',
    without: 'there.at(-1)',
    tests: [
      [
        'integration/forwards/http-keep-alive.test.ts',
        'on which somebody logs in by %s takes nobody else’s requests, and ends with its client',
        'never gets anything twice that is not to be done twice: that has a connection of its own',
      ],
    ],
  },
  {
    properties: ['S-FWD-4'],
    file: 'src-main/agent/forwards/proxies/http-exchange.ts',
    guard: "if (OF_CONNECTION.test(request.headers.authorization ?? '')) connection.bindTo(client);",
    without: '',
    tests: [
      [
        'integration/forwards/http-keep-alive.test.ts',
        'on which somebody logs in by %s takes nobody else’s requests, and ends with its client',
      ],
    ],
  },
  {
    properties: ['S-FWD-4'],
    file: 'src-main/agent/forwards/proxies/http-server.ts',
    guard: 'if (!mayRepeat || reused.hasHeard || response.headersSent || signal.aborted) throw error;',
    without: 'if (!mayRepeat || response.headersSent || signal.aborted) throw error;',
    tests: [['integration/forwards/http-keep-alive.test.ts', 'after the first byte of an answer is not asked again']],
  },
  {
    properties: ['S-FWD-4'],
    file: 'src-main/agent/forwards/proxies/http-head.ts',
    guard: "  'proxy-authorization',\n",
    without: '',
    tests: [
      [
        'integration/forwards/http-proxy.test.ts',
        'keeps to itself what is between it and the client, and what is between it and the target',
      ],
    ],
  },
  {
    properties: ['S-FWD-8'],
    file: 'src-main/agent/forwards/proxies/http-exchange.ts',
    guard: "statusMessage.replaceAll(/[^\\t\\x20-\\x7e\\x80-\\xff]/g, '')",
    without: 'statusMessage',
    tests: [
      ['integration/forwards/hostile-http.test.ts', 'gives the client of an upgrade an answer and nothing else: %s'],
    ],
  },
  {
    properties: ['S-FWD-9'],
    file: 'src-shared/bytes/buffer-pool.ts',
    guard: 'this.#free.pop() ?? new Uint8Array(this.#size)',
    without: 'this.#free.at(-1) ?? new Uint8Array(this.#size)',
    tests: [
      [
        'integration/forwards/bulk.test.ts',
        'forty connections at once bring their own bytes and nobody else’s, both ways',
      ],
    ],
  },
  {
    properties: ['S-FWD-4'],
    file: 'src-main/agent/forwards/proxies/target-connection.ts',
    guard: "    this.#duplex.on('data', this.#cut);\n",
    without: '',
    tests: [
      [
        'integration/forwards/http-keep-alive.test.ts',
        'is not kept where the target ends it, says for how long it would, or has more to say than was asked',
      ],
    ],
  },
  {
    properties: ['S-FWD-10'],
    file: 'src-renderer/features/forwards/list/page-address.ts',
    guard: 'isTaken ? `${label}--${localPortOf(forward)}` : label',
    without: 'label',
    tests: [
      [
        'unit/renderer/forwards/goals.test.ts',
        'opens pages of different forwards under different hosts, whatever their names',
      ],
    ],
  },
  {
    properties: ['S-FWD-11'],
    file: 'src-main/agent/streams/stream-gate.ts',
    guard: "return policy.decision(peerId, 'forward') === 'allow' && !peers.isSuspended(peerId);",
    without: "return policy.decision(peerId, 'forward') !== 'deny' && !peers.isSuspended(peerId);",
    tests: [
      ['unit/agent/streams/stream-gate.test.ts', 'learns them with the right `forward` only, and nobody is asked'],
    ],
  },
  {
    properties: ['S-FWD-11'],
    file: 'src-main/agent/ports/server.ts',
    guard: 'if (mayLearn()) answerPeer',
    without: 'if (true) answerPeer',
    tests: [['unit/agent/streams/stream-gate.test.ts', 'gets none if the right is taken back meanwhile']],
  },
];
