import type { Guard } from '../guard.ts';

/** “A gateway of OpenClaw” of docs/SECURITY.md. */
export const GATEWAYS: readonly Guard[] = [
  {
    file: 'src-main/agent/gateways/book.ts',
    guard: 'this.#document.forgetBackup();',
    without: ';',
    tests: [
      [
        'unit/agent/gateways/manager.test.ts',
        'keeps nothing of a gateway that was removed, not in the copy before either',
      ],
    ],
  },
  {
    file: 'src-main/agent/gateways/manager.ts',
    guard: 'if (!accepted && isReadableOnTheWay(endpoint))\n',
    without: 'if (false)\n',
    tests: [
      ['unit/agent/gateways/manager.test.ts', 'without TLS outside this machine is saved only once that is accepted'],
    ],
  },
  {
    file: 'src-main/agent/gateways/book.ts',
    guard: 'return after.endpoint.tls && after.fingerprint !== null && after.fingerprint === before.fingerprint;',
    without: 'return true;',
    tests: [['unit/agent/gateways/manager.test.ts', 'of another place gets none of what this gateway gave']],
  },
  {
    file: 'src-node/gateways/dial.ts',
    guard: 'if (certificate !== undefined) judge(certificate, fingerprint);',
    without: '',
    tests: [
      [
        'integration/gateways/pinned-socket.test.ts',
        'is judged before any byte of the upgrade: another one than pinned hears nothing at all',
      ],
    ],
  },
  {
    file: 'src-main/agent/gateway-terminals/connection.ts',
    guard: 'if (!parsed.success || (this.#terminal !== undefined && parsed.data.sessionId !== this.#terminal))',
    without:
      'if ((!parsed.success || (this.#terminal !== undefined && parsed.data.sessionId !== this.#terminal)) && false)',
    tests: [
      [
        'unit/agent/gateway-terminals/flood.test.ts',
        'keeps nothing of what a gateway says of other terminals, or makes no sense, while it opens one',
      ],
    ],
  },
  {
    file: 'src-main/agent/gateways/drafts.ts',
    guard: 'if (hasSecret && secretObstacle(kept, settings) !== undefined)',
    without: 'if ((hasSecret && secretObstacle(kept, settings) !== undefined) && false)',
    tests: [['unit/agent/gateways/attacks.test.ts', 'are not taken from a setup code to %s']],
  },
  {
    file: 'src-main/agent/gateways/certificate-trust.ts',
    guard: 'if (shown.before !== null && confirm?.toLowerCase() !== fingerprint.slice(-4))',
    without: 'if ((shown.before !== null && confirm?.toLowerCase() !== fingerprint.slice(-4)) && false)',
    tests: [
      [
        'unit/agent/gateways/manager.test.ts',
        'that has changed is trusted only with the last four digits of the new one',
      ],
    ],
  },
  {
    file: 'src-main/agent/gateways/certificate-trust.ts',
    guard: 'if (shown === null || shown.fingerprint !== fingerprint)',
    without: 'if ((shown === null || shown.fingerprint !== fingerprint) && false)',
    tests: [['unit/agent/gateways/manager.test.ts', 'that nobody knows stops both roles until a person decides']],
  },
  {
    file: 'src-main/agent/gateways/role-link.ts',
    guard: 'if (this.#request.named(next.requestId))',
    without: 'if ((this.#request.named(next.requestId)) && false)',
    tests: [
      [
        'unit/agent/gateways/role-link.test.ts',
        'ends when an operator says no: the next question would be a new one before the same person',
      ],
    ],
  },
  {
    file: 'src-main/agent/gateways/pairing-request.ts',
    guard: 'if (requestId === null || before === undefined || before.requestId === requestId)',
    without: 'if ((requestId === null || before === undefined || before.requestId === requestId) && false)',
    tests: [
      [
        'unit/agent/gateways/role-link.test.ts',
        'ends when an operator says no: the next question would be a new one before the same person',
      ],
    ],
  },
  {
    file: 'src-shared/gateway/read-text.ts',
    guard: 'if (text.length > MAX_SETUP_CODE)',
    without: 'if ((text.length > MAX_SETUP_CODE) && false)',
    tests: [['unit/shared/gateway/read-text.test.ts', '%s is refused, without a word of its secret']],
  },
  {
    file: 'src-shared/gateway/endpoint.ts',
    guard: 'if (/[?#]/.test(path))',
    without: 'if ((/[?#]/.test(path)) && false)',
    tests: [
      ['unit/shared/gateway/read-text.test.ts', 'whatever is pasted becomes a valid address, or an error of a gateway'],
    ],
  },
  {
    file: 'src-shared/gateway/refusal.ts',
    guard: "if (typeof gatewayCode !== 'string')",
    without: "if ((typeof gatewayCode !== 'string') && false)",
    tests: [
      [
        'unit/shared/gateway/connect-problem.test.ts',
        'whatever a gateway answers: a known code, a known next step, a bounded wait',
      ],
    ],
  },
  {
    file: 'src-node/gateways/pinned-socket.ts',
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
    file: 'src-shared/gateway/read-text.ts',
    guard: 'if (text.length > MAX_SETUP_CODE) throw',
    without: 'if (false) throw',
    tests: [['unit/shared/gateway/read-text.test.ts', '%s is refused, without a word of its secret']],
  },
  {
    file: 'src-main/agent/gateways/role-link.ts',
    guard: 'if (this.#request.named(next.requestId)) {',
    without: 'if (false) {',
    tests: [
      [
        'unit/agent/gateways/role-link.test.ts',
        'ends when an operator says no: the next question would be a new one before the same person',
      ],
    ],
  },
];
