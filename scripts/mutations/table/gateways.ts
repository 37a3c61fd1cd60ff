import type { Guard } from '../guard.ts';

/** Guards of gateways of OpenClaw. */
export const GATEWAYS: readonly Guard[] = [
  {
    properties: ['S-GW-6'],
    file: 'src-main/agent/openclaw/gateways/book.ts',
    guard: 'this.#document.forgetBackup();',
    without: ';',
    tests: [
      [
        'unit/agent/openclaw/gateways/manager.test.ts',
        'keeps nothing of a gateway that was removed, not in the copy before either',
      ],
    ],
  },
  {
    properties: ['S-GW-5'],
    file: 'src-main/agent/openclaw/gateways/manager.ts',
    guard: 'if (!accepted && isReadableInTransit(endpoint))\n',
    without: 'if (false)\n',
    tests: [
      [
        'unit/agent/openclaw/gateways/manager.test.ts',
        'without TLS outside this machine is saved only once that is accepted',
      ],
    ],
  },
  {
    properties: ['S-GW-5'],
    file: 'src-main/agent/openclaw/gateways/book.ts',
    guard: 'return after.endpoint.tls && after.fingerprint !== null && after.fingerprint === before.fingerprint;',
    without: 'return true;',
    tests: [['unit/agent/openclaw/gateways/manager.test.ts', 'of another place gets none of what this gateway gave']],
  },
  {
    properties: ['S-GW-1'],
    file: 'src-node/openclaw/dial.ts',
    guard: 'if (certificate !== undefined) checkCertificate(certificate, fingerprint);',
    without: '',
    tests: [
      [
        'integration/gateways/pinned-socket.test.ts',
        'is judged before any byte of the upgrade: another one than pinned hears nothing at all',
      ],
    ],
  },
  {
    properties: ['S-GW-7'],
    file: 'src-main/agent/openclaw/terminals/gateway-terminal.ts',
    guard: 'if (!parsed.success || (this.#terminal !== undefined && parsed.data.sessionId !== this.#terminal))',
    without:
      'if ((!parsed.success || (this.#terminal !== undefined && parsed.data.sessionId !== this.#terminal)) && false)',
    tests: [
      [
        'unit/agent/openclaw/terminals/flood.test.ts',
        'keeps nothing of what a gateway says of other terminals, or makes no sense, while it opens one',
      ],
    ],
  },
  {
    properties: ['S-GW-5'],
    file: 'src-main/agent/openclaw/gateways/drafts.ts',
    guard: 'if (hasSecret && secretObstacle(found, settings) !== undefined)',
    without: 'if ((hasSecret && secretObstacle(found, settings) !== undefined) && false)',
    tests: [['unit/agent/openclaw/gateways/attacks.test.ts', 'are not taken from a setup code to %s']],
  },
  {
    properties: ['S-GW-2'],
    file: 'src-main/agent/openclaw/gateways/certificate-trust.ts',
    guard: 'if (shown.before !== null && confirm?.toLowerCase() !== fingerprint.slice(-4))',
    without: 'if ((shown.before !== null && confirm?.toLowerCase() !== fingerprint.slice(-4)) && false)',
    tests: [
      [
        'unit/agent/openclaw/gateways/manager.test.ts',
        'that has changed is trusted only with the last four digits of the new one',
      ],
    ],
  },
  {
    properties: ['S-GW-2'],
    file: 'src-main/agent/openclaw/gateways/certificate-trust.ts',
    guard: 'if (shown === null || shown.fingerprint !== fingerprint)',
    without: 'if ((shown === null || shown.fingerprint !== fingerprint) && false)',
    tests: [
      ['unit/agent/openclaw/gateways/manager.test.ts', 'that nobody knows stops both roles until a person decides'],
    ],
  },
  {
    properties: ['S-GW-3'],
    file: 'src-main/agent/openclaw/gateways/role-link.ts',
    guard: 'if (this.#request.isRejectedBy(next.requestId))',
    without: 'if ((this.#request.isRejectedBy(next.requestId)) && false)',
    tests: [
      [
        'unit/agent/openclaw/gateways/role-link.test.ts',
        'ends when an operator says no: the next question would be a new one before the same person',
      ],
    ],
  },
  {
    properties: ['S-GW-3'],
    file: 'src-main/agent/openclaw/gateways/pairing-request.ts',
    guard: 'if (requestId === null || before === undefined || before.requestId === requestId)',
    without: 'if ((requestId === null || before === undefined || before.requestId === requestId) && false)',
    tests: [
      [
        'unit/agent/openclaw/gateways/role-link.test.ts',
        'ends when an operator says no: the next question would be a new one before the same person',
      ],
    ],
  },
  {
    properties: ['S-GW-4'],
    file: 'src-shared/openclaw/gateway/read-text.ts',
    guard: 'if (text.length > MAX_SETUP_CODE)',
    without: 'if ((text.length > MAX_SETUP_CODE) && false)',
    tests: [['unit/shared/openclaw/gateway/read-text.test.ts', '%s is refused, without a word of its secret']],
  },
  {
    properties: ['S-GW-4'],
    file: 'src-shared/openclaw/gateway/endpoint.ts',
    guard: 'if (/[?#]/.test(path))',
    without: 'if ((/[?#]/.test(path)) && false)',
    tests: [
      [
        'unit/shared/openclaw/gateway/read-text.test.ts',
        'whatever is pasted becomes a valid address, or an error of a gateway',
      ],
    ],
  },
  {
    properties: ['S-GW-3'],
    file: 'src-shared/openclaw/gateway/refusal.ts',
    guard: "if (typeof gatewayCode !== 'string')",
    without: "if ((typeof gatewayCode !== 'string') && false)",
    tests: [
      [
        'unit/shared/openclaw/gateway/connect-problem.test.ts',
        'whatever a gateway answers: a known code, a known next step, a bounded wait',
      ],
    ],
  },
  {
    properties: ['S-GW-3'],
    file: 'src-node/openclaw/pinned-socket.ts',
    guard: 'if (this.#received > limit)',
    without: 'if ((this.#received > limit) && false)',
    tests: [
      [
        'integration/gateways/pinned-socket.test.ts',
        'is ended when more comes than a challenge before anything was sent, also in a frame that never ends',
      ],
    ],
  },
  {
    properties: ['S-GW-4'],
    file: 'src-shared/openclaw/gateway/read-text.ts',
    guard: 'if (text.length > MAX_SETUP_CODE) throw',
    without: 'if (false) throw',
    tests: [['unit/shared/openclaw/gateway/read-text.test.ts', '%s is refused, without a word of its secret']],
  },
  {
    properties: ['S-GW-3'],
    file: 'src-main/agent/openclaw/gateways/role-link.ts',
    guard: 'if (this.#request.isRejectedBy(next.requestId)) {',
    without: 'if (false) {',
    tests: [
      [
        'unit/agent/openclaw/gateways/role-link.test.ts',
        'ends when an operator says no: the next question would be a new one before the same person',
      ],
    ],
  },
  {
    properties: ['S-GW-10'],
    file: 'src-main/cli/commands/gateway/trust.ts',
    guard: 'if (given !== undefined && given !== certificate.fingerprint) {',
    without: 'if (false) {',
    tests: [['unit/cli/gateway.test.ts', 'that is not the one that was named is never trusted']],
  },
  {
    properties: ['S-ASK-6'],
    file: 'src-main/desktop/notifications/approval-notices.ts',
    guard:
      ': text(`desktop.requests.${request.kind}`, { who: shown(request.who), gateway: shown(request.gatewayName) });',
    without:
      ': text(`desktop.requests.${request.kind}`, { who: shown(request.text ?? request.who), gateway: shown(request.gatewayName) });',
    tests: [
      [
        'unit/desktop/notifications/approval-notices.test.ts',
        'says what kind of thing waits at which gateway, and never the command',
      ],
    ],
  },
  {
    properties: ['S-GW-8'],
    file: 'src-main/agent/openclaw/operator/parse-requests.ts',
    guard: 'const environment = [...Object.keys(request.env ?? {}), ...(request.envKeys ?? [])];',
    without:
      'const environment = [...Object.entries(request.env ?? {}).map((entry) => entry.join("=")), ...(request.envKeys ?? [])];',
    tests: [['unit/agent/openclaw/operator/inbox.test.ts', 'is shown in full and cleaned']],
  },
  {
    properties: ['S-GW-9'],
    file: 'src-main/agent/openclaw/operator/service.ts',
    guard: "if (decision !== 'reject') await this.#checkAgain(link, waiting, kind);",
    without: '',
    tests: [
      [
        'unit/agent/openclaw/operator/inbox.test.ts',
        'holds only for what was shown: roles, scopes, commands or a command that changed meanwhile are refused',
      ],
    ],
  },
  {
    properties: ['S-GW-9'],
    file: 'src-main/agent/openclaw/operator/parse-requests.ts',
    guard: 'isWhole && offered.length > 0 ?',
    without: 'offered.length > 0 ?',
    tests: [['unit/agent/openclaw/operator/inbox.test.ts', 'what is too long to be shown can only be refused']],
  },
  {
    properties: ['S-GW-9'],
    file: 'src-main/agent/openclaw/operator/service.ts',
    guard: 'if (this.#answering.has(waiting.identity))',
    without: 'if (false)',
    tests: [['unit/agent/openclaw/operator/inbox.test.ts', 'is not sent twice while the first is on its way']],
  },
  {
    properties: ['S-GW-8'],
    file: 'src-shared/visible-text/pieces.ts',
    guard:
      'if (isHidden(character) || /\\p{Me}/u.test(character) || (isBlank(character) && !/\\p{Zs}/u.test(character)))',
    without: 'if (false)',
    tests: [['unit/shared/visible-text/pieces.test.ts', 'shows what cannot be seen by its number']],
  },
  {
    properties: ['S-GW-8'],
    file: 'src-renderer/features/openclaw/gateways/gateway-status.ts',
    guard: 'requestId !== null && /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/u.test(requestId)',
    without: 'requestId !== null',
    tests: [
      [
        'unit/renderer/openclaw/gateways/gateway-status.test.ts',
        'puts no %j of a gateway into a command that is copied',
      ],
    ],
  },
  {
    properties: ['S-GW-8'],
    file: 'src-main/agent/openclaw/operator/parse-requests.ts',
    guard: 'const command = argv.length === 0 || says(called, argv) ? called : commandLine(argv);',
    without: 'const command = called;',
    tests: [
      [
        'unit/agent/openclaw/operator/inbox.test.ts',
        'is shown as the words that run, also where the gateway calls them something else',
      ],
    ],
  },
  {
    properties: ['S-GW-4'],
    file: 'src-node/openclaw/announcements.ts',
    guard: "return host.endsWith('.local') ? { port, target: host } : undefined;",
    without: 'return { port, target: host };',
    tests: [
      [
        'integration/gateways/machine.test.ts',
        'is full of strangers: what they announce is bounded, cleaned, and never leads where a text says',
      ],
    ],
  },
  {
    properties: ['S-GW-10'],
    file: 'src-main/cli/commands/gateway/secret.ts',
    guard: 'prompter.askSecret(question)',
    without: 'prompter.ask(question)',
    tests: [
      [
        'unit/cli/gateway.test.ts',
        'asks for it on a terminal without showing it, and never takes it from the command line',
      ],
    ],
  },
];
