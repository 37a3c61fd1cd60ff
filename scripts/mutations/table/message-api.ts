import type { Guard } from '../guard.ts';

const A2A = 'integration/messages/a2a.test.ts';
const ATTACKS = 'integration/messages/message-api-attacks.test.ts';

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
    guard: 'return entry?.agent === agent && entry.held === undefined ? entry : undefined;',
    without: 'return entry?.held === undefined ? entry : undefined;',
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
    guard: 'if (state.agent === agent) listener(state);',
    without: 'listener(state);',
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
    file: 'src-node/files/agent-token-files.ts',
    guard: ' || (HAS_MODES && (mode & 0o077) !== 0)',
    without: ' || (!HAS_MODES && mode < 0)',
    tests: [
      [ATTACKS, 'keeps token files and the socket from other users, and takes no token of a file that they could read'],
    ],
  },
  {
    properties: ['S-API-5'],
    file: 'src-main/agent/messages/api/agent-tokens.ts',
    guard: 'if (file.http !== null) return this.#create();',
    without: '',
    tests: [[ATTACKS, 'takes no token again that a program at the port of a killed agent may have been sent']],
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
    properties: ['S-API-7'],
    file: 'src-main/agent/messages/api/agent-messages.ts',
    guard: "(state === 'stored' || state === 'taken') && held === undefined && !isAcknowledged",
    without: "(state === 'stored' || state === 'taken') && (held === undefined || true) && !isAcknowledged",
    tests: [[ATTACKS, 'hands out no message that waits for a person before it is released, in any way']],
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
    properties: ['S-API-7'],
    file: 'src-main/agent/messages/a2a/a2a-tasks.ts',
    guard: 'return replyTo === asked.id && held === undefined && isTaskOf(asked, agent, from);',
    without: 'return replyTo === asked.id && (held === undefined || true) && isTaskOf(asked, agent, from);',
    tests: [[A2A, 'shows no answer that waits for a person']],
  },
];
