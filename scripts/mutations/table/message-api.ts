import type { Guard } from '../guard.ts';

const A2A = 'integration/messages/a2a.test.ts';
const API = 'integration/messages/message-api.test.ts';
const ATTACKS = 'integration/messages/message-api-attacks.test.ts';
const HAND_OUT = 'unit/agent/messages/api/agent-messages.test.ts';

/** Guards of the local API for messages. */
export const MESSAGE_API: readonly Guard[] = [
  {
    properties: ['S-API-1'],
    file: 'src-node/local-http/request-guard.ts',
    guard: "if (origin !== undefined) return 'origin';",
    without: '',
    tests: [[ATTACKS, 'refuses what a page sends, at the port and at the socket, with a good token']],
  },
  {
    properties: ['S-API-1'],
    file: 'src-node/local-http/request-guard.ts',
    guard: "return site !== undefined && site.some((value) => value !== 'none') ? 'site' : undefined;",
    without: 'void site;\n  return undefined;',
    tests: [[ATTACKS, 'refuses what a page sends, at the port and at the socket, with a good token']],
  },
  {
    properties: ['S-API-1'],
    file: 'src-node/local-http/request-guard.ts',
    guard: 'return this.refuse(request) ?? refusePage(request);',
    without: 'return refusePage(request);',
    tests: [[ATTACKS, 'refuses another name at the port, as after DNS rebinding']],
  },
  {
    properties: ['S-API-2'],
    file: 'src-main/agent/messages/api/agent-tokens.ts',
    guard: 'if (equalBytes(kept.hash, hash)) found = agent;',
    without: 'if (kept.hash.length === hash.length) found = agent;',
    tests: [
      [
        ATTACKS,
        'refuses a request without a token, with a wrong one, and with one that was renewed or whose agent was removed',
      ],
    ],
  },
  {
    properties: ['S-API-2'],
    file: 'src-main/agent/messages/api/agent-tokens.ts',
    guard: 'await this.#files.remove(agent);',
    without: '',
    tests: [
      [
        ATTACKS,
        'refuses a request without a token, with a wrong one, and with one that was renewed or whose agent was removed',
      ],
    ],
  },
  {
    properties: ['S-API-2'],
    file: 'src-main/agent/messages/api/message-api.ts',
    guard: 'this.#end(({ agent, token }) => this.#tokens.agentOf(token) !== agent);',
    without: '',
    tests: [[ATTACKS, 'ends requests that wait with a token that is no longer good']],
  },
  {
    properties: ['S-API-3'],
    file: 'src-main/agent/messages/api/agent-messages.ts',
    guard: 'return entry?.agent === agent && isVisible(entry) ? entry : undefined;',
    without: 'return entry !== undefined && isVisible(entry) ? entry : undefined;',
    tests: [[ATTACKS, 'lets no agent read, acknowledge, take back, answer or send as another one with its token']],
  },
  {
    properties: ['S-API-3'],
    file: 'src-main/agent/messages/api/agent-messages.ts',
    guard: 'if (entry?.from !== agent)',
    without: 'if (entry === undefined)',
    tests: [[ATTACKS, 'lets no agent read, acknowledge, take back, answer or send as another one with its token']],
  },
  {
    properties: ['S-API-3'],
    file: 'src-main/agent/messages/api/agent-messages.ts',
    guard: 'if (of === agent) listener(change);',
    without: 'listener(change);',
    tests: [[ATTACKS, 'lets no agent read, acknowledge, take back, answer or send as another one with its token']],
  },
  {
    properties: ['S-API-4'],
    file: 'src-main/agent/messages/api/message-api.ts',
    guard: "if (agent === undefined || (place === 'port' && !agent.http))",
    without: 'if (agent === undefined || place === undefined)',
    tests: [[ATTACKS, 'takes at the port only tokens of agents that were added with --http']],
  },
  {
    properties: ['S-API-4'],
    file: 'src-node/files/private-file.ts',
    guard: ' || (HAS_MODES && (mode & 0o077) !== 0)',
    without: ' || (!HAS_MODES && mode < 0)',
    tests: [
      [ATTACKS, 'keeps token files and the socket from other users, and takes no token of a file that they could read'],
    ],
  },
  {
    properties: ['S-API-5'],
    file: 'src-main/agent/messages/api/agent-tokens.ts',
    guard: 'if (file.http !== null || isPipe(file.socket)) return this.#create();',
    without: '',
    tests: [[ATTACKS, 'takes no token again that a program at the port of a killed agent may have been sent']],
  },
  {
    properties: ['S-API-5'],
    file: 'src-main/agent/messages/api/agent-tokens.ts',
    guard: ' || isPipe(file.socket)',
    without: ' || (file.socket.length === 0 && isPipe(file.socket))',
    tests: [
      ['unit/agent/messages/api/agent-tokens.test.ts', 'end with a pipe that another user may have taken in between'],
    ],
  },
  {
    properties: ['S-API-5'],
    file: 'src-main/agent/messages/api/agent-tokens.ts',
    guard: 'if (written !== undefined && written.http !== null && !hasPort(agent)) this.renew(agent);',
    without: 'void written, hasPort(agent);',
    tests: [
      [
        ATTACKS,
        'takes no token that was used at a port once its agent has left the port',
        'ends what waits at the port once its agent has left the port, and nothing of another one',
      ],
    ],
  },
  {
    properties: ['S-API-6'],
    file: 'src-main/agent/messages/api/message-api.ts',
    guard: 'if (!this.#budget.take(agent.name))',
    without: 'if (!this.#budget.take(agent.name) && place === undefined)',
    tests: [[ATTACKS, 'answers 600 requests of an agent in a minute, and others meanwhile']],
  },
  {
    properties: ['S-API-6'],
    file: 'src-main/agent/messages/api/message-api.ts',
    guard: 'if (own.length >= MESSAGE_API_LIMITS.waiting)',
    without: 'if (own.length >= 1e9)',
    tests: [[ATTACKS, 'lets 32 requests of an agent wait, and others meanwhile']],
  },
  {
    properties: ['S-API-6'],
    file: 'src-node/local-http/read-body.ts',
    guard: "if (length > limit) return { problem: 'too-large' };",
    without: '',
    tests: [[ATTACKS, 'reads no body above 2 MiB, whether its length is announced or not']],
  },
  {
    properties: ['S-API-6'],
    file: 'src-node/local-http/local-http-server.ts',
    guard: 'requestTimeout: limits.requestTime,',
    without: 'requestTimeout: 0,',
    tests: [[ATTACKS, 'closes a connection whose header or body comes too slowly']],
  },
  {
    properties: ['S-API-6'],
    file: 'src-node/local-http/local-http-server.ts',
    guard: 'headersTimeout: limits.headerTime,',
    without: 'headersTimeout: 0,',
    tests: [[ATTACKS, 'closes a connection whose header or body comes too slowly']],
  },
  {
    properties: ['S-API-6'],
    file: 'src-main/agent/messages/api/event-stream.ts',
    guard: 'if (response.writableLength > MOST_UNREAD) response.destroy();',
    without: '',
    tests: [[API, 'ends the stream of a program that does not read, and goes on with the next one']],
  },
  {
    properties: ['S-MCP-2'],
    file: 'src-main/agent/messages/api/agent-messages.ts',
    guard: "(state === 'stored' || state === 'taken') && !waitsForPerson(entry) && !isAcknowledged",
    without: "(state === 'stored' || state === 'taken') && !isAcknowledged",
    tests: [[ATTACKS, 'hands out no message that waits for a person before it is released, in any way']],
  },
  {
    properties: ['S-MCP-2'],
    file: 'src-main/agent/messages/inbox/visibility.ts',
    guard: "held !== undefined || ((isDeclined || isDiscarded) && state === 'stored')",
    without: "held !== undefined || (isDiscarded && state === 'stored')",
    tests: [[HAND_OUT, 'hands out no message that a person has declined before it is released']],
  },
  {
    properties: ['S-API-8'],
    file: 'src-main/agent/messages/a2a/a2a-tasks.ts',
    guard: 'if (entry === undefined || !isTaskOf(entry, agent, to))',
    without: 'if (entry === undefined)',
    tests: [[A2A, 'shows and ends no task of another agent, nor one at another address']],
  },
  {
    properties: ['S-API-8'],
    file: 'src-main/agent/messages/a2a/a2a-tasks.ts',
    guard: '.filter((entry) => isTaskOf(entry, agent, to))',
    without: '',
    tests: [[A2A, 'shows and ends no task of another agent, nor one at another address']],
  },
  {
    properties: ['S-MCP-2'],
    file: 'src-main/agent/messages/inbox/visibility.ts',
    guard: " && entry.state !== 'expired'",
    without: '',
    tests: [
      [
        'unit/agent/messages/api/agent-messages.test.ts',
        'shows a program nothing of a message that a person has discarded, or that expired before anyone took it',
      ],
      [
        'integration/messages/message-api.test.ts',
        'gives a program no answer that a person has discarded, also if it asks again for that',
      ],
    ],
  },
  {
    properties: ['S-MCP-2'],
    file: 'src-main/agent/messages/inbox/visibility.ts',
    guard: 'isOfAsked && isVisible(answer)',
    without: 'isOfAsked',
    tests: [[A2A, 'shows no answer that waits for a person']],
  },
  {
    properties: ['S-API-7'],
    file: 'src-main/agent/messages/api/peer-directory.ts',
    guard: "mayWrite === 'unknown' || mayWrite === 'ask'",
    without: "mayWrite === 'unknown'",
    tests: [
      [API, 'lets no other machine take messages that name an agent alone while one that may have it names none'],
    ],
  },
  {
    properties: ['S-API-7'],
    file: 'src-main/agent/messages/api/peer-directory.ts',
    guard: 'if (named.length > 1 || (only !== undefined && unasked.length > 0))',
    without: 'if (named.length > 1)',
    tests: [
      [
        API,
        'lets no other machine take messages that name an agent alone while one that may have it is away',
        'lets no other machine take messages that name an agent alone while one that may have it names none',
      ],
    ],
  },
];
