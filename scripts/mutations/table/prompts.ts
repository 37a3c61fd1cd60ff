import type { Guard } from '../guard.ts';

/** Guards of prompts that peers send to gateways. */
export const PROMPTS: readonly Guard[] = [
  {
    properties: ['S-PROMPT-3'],
    file: 'src-main/agent/openclaw/prompts/server.ts',
    guard: 'if (this.#closed || ofPeer >= this.#limits.streamsPerPeer || this.#jobs.size >= this.#limits.streams)',
    without:
      'if ((this.#closed || ofPeer >= this.#limits.streamsPerPeer || this.#jobs.size >= this.#limits.streams) && false)',
    tests: [
      [
        'unit/agent/openclaw/prompts/server.test.ts',
        'a peer that opens streams and says nothing has a few, for a short time',
      ],
    ],
  },
  {
    properties: ['S-PROMPT-3'],
    file: 'src-main/agent/openclaw/prompts/server.ts',
    guard: 'if (grown < 1)',
    without: 'if ((grown < 1) && false)',
    tests: [
      [
        'unit/agent/openclaw/prompts/server.test.ts',
        'a peer that asks for ever more is answered five times, then slowly',
      ],
    ],
  },
  {
    properties: ['S-PROMPT-1'],
    file: 'src-main/agent/streams/stream-gate.ts',
    guard: "if (policy.decision(peerId, 'prompt') === 'deny')",
    without: "if ((policy.decision(peerId, 'prompt') === 'deny') && false)",
    tests: [
      [
        'unit/agent/streams/stream-gate.test.ts',
        'is refused at once without the right, and what runs for it ends with the right',
      ],
    ],
  },
  {
    properties: ['S-PROMPT-2'],
    file: 'src-main/agent/openclaw/prompts/peer-request.ts',
    guard: 'if (!confirm) return;',
    without: '',
    tests: [
      ['integration/remote/remote.test.ts', 'tells first what it breaks off, and does nothing before it is confirmed'],
    ],
  },
  {
    properties: ['S-PROMPT-3'],
    file: 'src-main/agent/openclaw/prompts/server.ts',
    guard: 'if (grown < 1) throw',
    without: 'if (false) throw',
    tests: [
      [
        'unit/agent/openclaw/prompts/server.test.ts',
        'a peer that asks for ever more is answered five times, then slowly',
      ],
    ],
  },
  {
    properties: ['S-PROMPT-1'],
    file: 'src-main/agent/streams/stream-gate.ts',
    guard: "if (policy.decision(peerId, 'prompt') === 'deny') {",
    without: 'if (false) {',
    tests: [
      [
        'unit/agent/streams/stream-gate.test.ts',
        'is refused at once without the right, and what runs for it ends with the right',
      ],
    ],
  },
  {
    properties: ['S-PROMPT-4'],
    file: 'src-main/agent/openclaw/prompts/server.ts',
    guard: 'const length = lengthOf(request);',
    without: 'const length = JSON.stringify(request);',
    tests: [['integration/remote/remote.test.ts', 'is written down with its length, and never with its text']],
  },
  {
    properties: ['S-PROMPT-4'],
    file: 'src-main/agent/openclaw/prompts/book.ts',
    guard: 'sealed: this.#box.seal(id, JSON.stringify(rest))',
    without: "sealed: `${rest.name.replaceAll(/\\W/g, '_')}_${rest.gateway ?? ''}`",
    tests: [['integration/remote/remote.test.ts', 'shows the heartbeat of the peer, and is sealed on the disk']],
  },
  {
    properties: ['S-PROMPT-2'],
    file: 'src-shared/openclaw/prompts/template.ts',
    guard: 'const value = Object.hasOwn(values, name) ? values[name] : undefined;',
    without: 'const value = values[name];',
    tests: [
      [
        'unit/shared/openclaw/prompts/template.test.ts',
        'are known by name: none is missing, none too many, none is an object',
      ],
    ],
  },
  {
    properties: ['S-PROMPT-2'],
    file: 'src-shared/openclaw/prompts/template.ts',
    guard: 'if (unknown !== undefined) throw wrong',
    without: 'if (false) throw wrong',
    tests: [
      [
        'unit/shared/openclaw/prompts/template.test.ts',
        'are known by name: none is missing, none too many, none is an object',
      ],
      [
        'integration/remote/remote.test.ts',
        'is what the person there has written; values are text in it and never places',
      ],
    ],
  },
  {
    properties: ['S-PROMPT-1'],
    file: 'src-main/agent/openclaw/prompts/peer-request.ts',
    guard: '    const wanted = describePrompt(',
    without: '    if (missing !== undefined) throw missing;\n    const wanted = describePrompt(',
    tests: [['integration/remote/remote.test.ts', 'is needed to learn what gateways and workflows there are']],
  },
  {
    properties: ['S-PROMPT-2'],
    file: 'src-main/agent/openclaw/prompts/peer-request.ts',
    guard: 'if (!confirm) return;\n    const yes = await confirmed;',
    without: 'const yes = true;',
    tests: [
      ['integration/remote/remote.test.ts', 'tells first what it breaks off, and does nothing before it is confirmed'],
    ],
  },
];
