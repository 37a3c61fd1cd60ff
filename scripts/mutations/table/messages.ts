import type { Guard } from '../guard.ts';

const AGENT_RIGHTS = 'integration/messages/agent-rights.test.ts';
const LOOPS = 'unit/agent/messages/loop-guard.test.ts';

/** Guards of messages that are given to programs behind a model, and of who may write. */
export const MESSAGES: readonly Guard[] = [
  {
    properties: ['S-WRITE-1'],
    file: 'src-main/agent/streams/stream-gate.ts',
    guard: "this.#options.policy.decision(peerId, 'message', agent) === 'allow'",
    without: "this.#options.policy.decision(peerId, 'message') !== 'ask'",
    tests: [[AGENT_RIGHTS, 'an agent can be kept from a peer that may write to all others']],
  },
  {
    properties: ['S-WRITE-1'],
    file: 'src-main/agent/core/policy/policy.ts',
    guard: 'const named = agent === undefined ? undefined : record.agents?.find((one) => one.agent === agent);',
    without: 'const named = agent === undefined ? undefined : record.agents?.at(0);',
    tests: [
      [
        AGENT_RIGHTS,
        'a peer writes to the agents that it was allowed to; of others, and of unknown ones, it learns the same',
      ],
      [AGENT_RIGHTS, 'a person is asked about an unknown agent as about one that is not named'],
    ],
  },
  {
    properties: ['S-WRITE-1'],
    file: 'src-main/agent/core/policy/policy.ts',
    guard: "return decision === 'allow' || (decision === 'ask' && chosen.has(agent));",
    without: "return decision !== 'deny';",
    tests: [[AGENT_RIGHTS, 'a person is asked about an unknown agent as about one that is not named']],
  },
  {
    properties: ['S-WRITE-3'],
    file: 'src-main/agent/messages/inbox/loop-guard.ts',
    guard: 'const isAnswer = auto || openAt(unanswered, message.from, now) > 0;',
    without: 'const isAnswer = auto;',
    tests: [
      [LOOPS, 'are held after 200 in ten minutes'],
      [LOOPS, 'are held though each of them writes several at once'],
      [LOOPS, 'two agents on two devices that answer by new messages are held, and the one that holds says which'],
    ],
  },
  {
    properties: ['S-WRITE-3'],
    file: 'src-main/agent/messages/inbox/loop-guard.ts',
    guard: 'const isOver = row > inARow || times.length >= inTenMinutes;',
    without: 'const isOver = times.length >= inTenMinutes;',
    tests: [[LOOPS, 'are held after 50 in a row, and a message that is no answer begins the row again']],
  },
  {
    properties: ['S-WRITE-5'],
    file: 'src-main/agent/messages/inbox/inbox.ts',
    guard: 'this.hasRoomFor(message) && this.#shares.hasFor(',
    without: 'this.hasRoomFor(message) || this.#shares.hasFor(',
    tests: [
      [
        'unit/agent/messages/attacks.test.ts',
        'has half of what is free, also after a restart there; others, and agents of this machine, go on',
      ],
    ],
  },
  {
    properties: ['S-WRITE-5'],
    file: 'src-main/agent/messages/inbox/sender-shares.ts',
    guard: 'own.messages + 1 <= free.messages - OWN_MESSAGES - 1',
    without: 'own.messages + 1 <= free.messages',
    tests: [
      [
        'unit/agent/messages/sender-shares.test.ts',
        'each that fills its share of messages leaves half of it for the next one, and the last ones stay for this device',
      ],
    ],
  },
  {
    properties: ['S-WRITE-5'],
    file: 'src-main/agent/messages/inbox/sender-shares.ts',
    guard: 'own.bytes + bytes <= free.bytes - OWN_BYTES - bytes',
    without: 'bytes <= free.bytes - OWN_BYTES',
    tests: [['unit/agent/messages/sender-shares.test.ts', 'the same holds for shares of bytes']],
  },
  {
    properties: ['S-WRITE-4'],
    file: 'src-renderer/features/hyperlinks/hyperlink.ts',
    guard: "if (credentials && !allowsCredentials) return { kind: 'refused', reason: 'credentials', text };",
    without: '',
    tests: [
      ['unit/renderer/hyperlinks/hyperlink.test.ts', 'a link of a message has no name or password before its host'],
    ],
  },
  {
    properties: ['S-WRITE-4'],
    file: 'src-renderer/features/hyperlinks/link-pieces.ts',
    guard: '(isCut && index + found.length === text.length)',
    without: 'false',
    tests: [
      ['unit/renderer/hyperlinks/link-pieces.test.ts', 'makes no link of an address that may go on beyond the end'],
    ],
  },
  {
    properties: ['S-WRITE-2'],
    file: 'src-main/agent/peers/pairing-record.ts',
    guard: "const isOver = right === 'message' && bounded?.decision === 'deny';",
    without: 'const isOver = false;',
    tests: [
      [AGENT_RIGHTS, 'a person who denies messages denies all of them, what single agents were allowed included'],
    ],
  },
  {
    properties: ['S-WRITE-2'],
    file: 'src-main/agent/core/approvals/store.ts',
    guard: 'this.#peers.get(peerId)?.agents?.some((one) => one.agent === agent) !== true',
    without: 'agent !== undefined',
    tests: [
      [
        AGENT_RIGHTS,
        'a decision about one agent answers the request that waits, and about all leaves those with one of their own',
      ],
    ],
  },
  {
    properties: ['S-WRITE-2'],
    file: 'src-main/agent/messages/module.ts',
    guard: 'peers.forgetAgent(name);',
    without: '',
    tests: [
      [AGENT_RIGHTS, 'an agent that is added again begins without what peers were allowed to write to the old one'],
    ],
  },
  {
    properties: ['S-MCP-1'],
    file: 'src-main/cli/commands/mcp/tools.ts',
    guard: 'frameText(listed.text, randomBytes)',
    without: 'listed.text',
    tests: [['unit/cli/mcp-tools.test.ts', 'list names and descriptions of others as data in a frame, cut to a size']],
  },
  {
    properties: ['S-MCP-1'],
    file: 'src-main/cli/commands/mcp/tools.ts',
    guard: 'frameText(otherAgent(message), randomBytes)',
    without: 'otherAgent(message)',
    tests: [
      [
        'unit/cli/mcp-tools.test.ts',
        'say no word that another machine or program has chosen as its name, outside of a frame: %s',
      ],
    ],
  },
  {
    properties: ['S-MCP-1'],
    file: 'src-main/cli/commands/mcp/tools.ts',
    guard: 'if (text.length >= room) isCut = true;',
    without: 'if (false) isCut = true;',
    tests: [['unit/cli/mcp-tools.test.ts', 'list names and descriptions of others as data in a frame, cut to a size']],
  },
  {
    properties: ['S-MCP-1'],
    file: 'src-shared/messages/frame.ts',
    guard: 'while (shown.includes(boundary)) boundary = toHex(random(BOUNDARY_BYTES));',
    without: '',
    tests: [
      [
        'unit/shared/messages/frame.test.ts',
        'has no boundary that is in the text, even if its writer knew what would be drawn',
      ],
    ],
  },
  {
    properties: ['S-MCP-1', 'S-INTAKE-2'],
    file: 'src-shared/messages/frame.ts',
    guard: 'const shown = showHiddenInLines(text);',
    without: 'const shown = text;',
    tests: [
      [
        'unit/agent/messages/frame.test.ts',
        'the text is between two lines that its writer can not know, and hides nothing',
      ],
      [
        'unit/shared/messages/frame.test.ts',
        'shows what is invisible, moves the cursor or reorders text as codes, and keeps lines, tabs and letters',
      ],
    ],
  },
  {
    properties: ['S-MCP-4'],
    file: 'src-main/agent/messages/api/hand-out-queue.ts',
    guard: '(out !== undefined && !isMissed)',
    without: '(out === undefined && isMissed)',
    tests: [
      [
        'unit/agent/messages/api/connection-takes.test.ts',
        'gives each message to one of two programs, also when both wait',
      ],
    ],
  },
  {
    properties: ['S-MCP-4'],
    file: 'src-main/agent/messages/api/connection-takes.ts',
    guard: 'for (const [holder, agent] of holders) this.#end(holder, agent);',
    without: '',
    tests: [
      [
        'unit/agent/messages/api/connection-takes.test.ts',
        'brings it again at once when its program ends, and to one that waits',
      ],
    ],
  },
  {
    properties: ['S-MCP-2'],
    file: 'src-main/cli/commands/mcp/message-desk.ts',
    guard: "return waitsFor === null && isDeclined !== true && state !== 'expired';",
    without: "return waitsFor === null && state !== 'expired';",
    tests: [
      ['unit/cli/mcp-tools.test.ts', 'answer no message that the person has declined, and none of another agent'],
    ],
  },
  {
    properties: ['S-MCP-2'],
    file: 'src-main/cli/commands/mcp/tools.ts',
    guard: 'if (replyTo !== undefined) await call.desk.get(replyTo, call.signal);',
    without: '',
    tests: [
      ['unit/cli/mcp-tools.test.ts', 'answer no message that the person has declined, and none of another agent'],
    ],
  },
  {
    properties: ['S-MCP-2'],
    file: 'src-main/cli/commands/mcp/message-desk.ts',
    guard: "if (message.agent !== this.#agent || (message.direction === 'in' && !isVisible(message)))",
    without: 'if (message.agent !== this.#agent)',
    tests: [
      [
        'unit/cli/mcp-tools.test.ts',
        'show and answer no message that waits for a person or was discarded, nor one of another agent',
      ],
    ],
  },
  {
    properties: ['S-MCP-2'],
    file: 'src-main/cli/commands/mcp/message-desk.ts',
    guard: 'message.agent !== this.#agent || (',
    without: '(',
    tests: [
      [
        'unit/cli/mcp-tools.test.ts',
        'show and answer no message that waits for a person or was discarded, nor one of another agent',
      ],
    ],
  },
  {
    properties: ['S-MCP-2'],
    file: 'src-main/cli/commands/mcp/chosen-agent.ts',
    guard: 'if (named === PERSON)',
    without: 'if (named === PERSON && false)',
    tests: [
      ['unit/cli/mcp-tools.test.ts', 'never writes as the person, whose messages end the count of those without one'],
    ],
  },
  {
    properties: ['S-MCP-3'],
    file: 'src-main/cli/commands/mcp/install/entry.ts',
    guard: "if (at < 0 || words[at + 1] !== '--agent')",
    without: "if ((at < 0 || words[at + 1] !== '--agent') && false)",
    tests: [
      [
        'unit/cli/mcp-install.test.ts',
        'writes nothing into %s, and adds no agent',
        'never replaces a table of another program',
      ],
    ],
  },
  {
    properties: ['S-MCP-3'],
    file: 'src-main/cli/commands/mcp/install/settings-file.ts',
    guard: 'if (now.text !== before.text)',
    without: 'if (now.text !== before.text && false)',
    tests: [['unit/cli/mcp-install.test.ts', 'is not replaced if another program has written it since it was read']],
  },
  {
    properties: ['S-MCP-2'],
    file: 'src-main/agent/messages/api/agent-messages.ts',
    guard: 'if (received !== undefined && isVisible(received))',
    without: 'if (received !== undefined)',
    tests: [
      [
        'unit/agent/messages/api/agent-messages.test.ts',
        'tells a program nothing of the files of a message that waits for a person',
      ],
    ],
  },
  {
    properties: ['S-INTAKE-2'],
    file: 'src-main/agent/messages/delivery/delivery-text.ts',
    guard: "frameText(files.map(fileLine).join('\\n'), random)",
    without: '...files.map(fileLine)',
    tests: [
      ['unit/agent/messages/frame.test.ts', 'names the files of a message on one line each, with what became of them'],
    ],
  },
  {
    properties: ['S-INTAKE-2'],
    file: 'src-main/agent/messages/delivery/delivery-text.ts',
    guard: 'JSON.stringify(showHidden(name))',
    without: '`"${showHidden(name)}"`',
    tests: [
      [
        'unit/agent/messages/frame.test.ts',
        'no name of a file, such as %j, begins a line, reorders text, ends its quotes or is a command',
      ],
    ],
  },
  {
    properties: ['S-GRANT-1'],
    file: 'src-main/agent/messages/a2a/a2a-tasks.ts',
    guard: '{ files, ofAgent: true }',
    without: '{ files, ofAgent: false }',
    tests: [
      [
        'integration/messages/message-files.test.ts',
        'is refused without a folder, for what is not below it, and to an agent of this machine; no bytes stay',
      ],
    ],
  },
];
