import {
  ANSWER_MEMORY,
  AUTOMATIC_IN_A_ROW,
  AUTOMATIC_IN_WINDOW,
  AUTOMATIC_WINDOW,
  BODY_BYTES,
  BOX_BYTES,
  BOX_MESSAGES,
  DELIVERIES,
  DELIVERIES_PER_PEER,
  DELIVERY_PAUSE,
  DELIVERY_TIMEOUT,
  FILES_TIME,
  ASKED_BYTES,
  ASKED_MESSAGES,
  FLIGHT_BYTES,
  FLIGHT_MESSAGES,
  MESSAGE_QUESTIONS,
  FOREIGN_ARRIVALS,
  FOREIGN_ASKED,
  FOREIGN_KEPT,
  FOREIGN_OPEN,
  FOREIGN_QUESTIONS,
  FOREIGN_RECEIPT,
  FOREIGN_SEEN,
  FOREIGN_TAKEN,
  ID_MEMORY,
  LINE_BYTES,
  MESSAGE_LIFE,
  LONGEST_MESSAGE_LIFE,
  MESSAGE_FILES,
  MOST_AGENTS,
  MOST_HOPS,
  MOST_IDS,
  MOST_PAIRS,
  OWN_BYTES,
  OWN_MESSAGES,
  QUERY_IDS,
  WEBHOOK_ANSWER_BYTES,
  WEBHOOK_TIMEOUT,
} from '../../src-shared/messages/limits.ts';
import { MOST_TAKEN } from '../../src-shared/app-api/schemas/message-schema.ts';
import { MESSAGE_API_LIMITS as API } from '../../src-shared/message-api/limits.ts';
import { count, size, table, time } from './format.ts';
import { sourceConstant } from './source-constant.ts';

const TOOLS = 'src-main/cli/commands/mcp/tools.ts';
const TAKES = 'src-main/agent/messages/api/connection-takes.ts';
const LONGEST_CHECK = sourceConstant(TOOLS, 'LONGEST_CHECK');
const LONGEST_WAIT = sourceConstant(TOOLS, 'LONGEST_WAIT');

export function messagesSection(): string {
  return `## Messages between agents
\`src-shared/messages\`, \`src-main/agent/messages\`, \`src-main/cli/commands/mcp\`

${table([
  ['body; line', `${size(BODY_BYTES)}; ${size(LINE_BYTES)}`, 'a body may be escaped'],
  ['box: messages that wait, their bytes', `${count(BOX_MESSAGES)}, ${size(BOX_BYTES)}`, 'a full one refuses'],
  [
    'inbox: of one peer, or one foreign instance',
    `as much as stays free then, without ${count(OWN_MESSAGES)}, ${size(OWN_BYTES)}`,
    'none fills it; the last part is for agents of this machine',
  ],
  ['life of a message', `${time(MESSAGE_LIFE)}, at most ${time(LONGEST_MESSAGE_LIFE)}`],
  ['on the way to a peer', `${FLIGHT_MESSAGES}, ${size(FLIGHT_BYTES)}`, 'the disk takes many at once'],
  [
    'at a peer where a person is asked about them; questions at one time',
    `${ASKED_MESSAGES}, ${size(ASKED_BYTES)}; ${MESSAGE_QUESTIONS}`,
    'each holds back its own pair of agents; beyond, the stream is read no further',
  ],
  [
    'pairs of agents with a peer',
    count(MOST_PAIRS),
    'their numbers are kept as long as the peer; messages of one more are refused',
  ],
  ['IDs of a peer that are remembered', `${count(MOST_IDS)}, ${time(ID_MEMORY)}`, 'numbers recognize the others'],
  ['IDs in a query', `${QUERY_IDS}`],
  ['agents of a device', `${MOST_AGENTS}`],
  ['files of a message', `${MESSAGE_FILES}`, 'of one transfer'],
  ['wait for them before a delivery', time(FILES_TIME)],
  [
    'refused messages of a peer',
    `one in ${time(sourceConstant('src-main/agent/messages/inbox/refusal-pause.ts', 'REFUSED_PAUSE'))}`,
  ],
  ['hops', `${MOST_HOPS}`],
  [
    'without a person: in a row in a thread; between two agents',
    `${AUTOMATIC_IN_A_ROW}; ${AUTOMATIC_IN_WINDOW} in ${time(AUTOMATIC_WINDOW)}`,
    'further ones wait for a person; `message loops` sets others',
  ],
  [
    'tools: wait of a check, of a sending',
    `${time(LONGEST_CHECK * 1000)}; ${time(LONGEST_WAIT * 1000)}`,
    'programs give up after a minute unless they heed progress',
  ],
  [
    'tools: messages, bytes of one check',
    `${MOST_TAKEN}, ${count(sourceConstant(TAKES, 'MOST_BYTES'))}`,
    'the first is whole',
  ],
  [
    'stream without work',
    `closed after ${time(sourceConstant('src-main/agent/messages/outbox/peer-delivery.ts', 'LINGER'))}`,
  ],
  ['deliveries that run: of a peer, in all', `${DELIVERIES_PER_PEER}, ${DELIVERIES}`, 'an agent that acts costs money'],
  ['pause after a failed delivery', `up to ${time(DELIVERY_PAUSE.first)}, doubling to ${time(DELIVERY_PAUSE.longest)}`],
  ['work of an OpenClaw agent on a message', time(DELIVERY_TIMEOUT)],
  ['answers fetched after a crash', time(ANSWER_MEMORY), 'a gateway remembers no longer'],
  ['webhook: request; answer', `${time(WEBHOOK_TIMEOUT)}; ${size(WEBHOOK_ANSWER_BYTES)}`],
])}

### Messages with foreign instances

${table([
  ['instances named by the relay; kept', `${FOREIGN_SEEN}; ${FOREIGN_KEPT}`],
  [
    'said of an instance; of all',
    `${FOREIGN_ARRIVALS.each.burst}, then ${FOREIGN_ARRIVALS.each.perSecond} a second; ${FOREIGN_ARRIVALS.all.burst}, then ${FOREIGN_ARRIVALS.all.perSecond} a second`,
    'more are dropped',
  ],
  [
    'messages in the inbox that no one has taken',
    count(FOREIGN_OPEN),
    'of one, as many as stay free; the rest of the box is for peers',
  ],
  ['messages that wait for a person', `${FOREIGN_TAKEN}`],
  [
    'questions of an instance; of all; at a time',
    `${FOREIGN_QUESTIONS.each.burst}, then one in ${time(1000 / FOREIGN_QUESTIONS.each.perSecond)}; ${FOREIGN_QUESTIONS.all.burst}, then one in ${time(1000 / FOREIGN_QUESTIONS.all.perSecond)}; ${FOREIGN_ASKED}`,
  ],
  ['wait for a receipt', time(FOREIGN_RECEIPT), 'then the message waits here'],
])}

### Local API of messages
\`src-shared/message-api\`, \`src-main/agent/messages/api\`

${table([
  ['requests of an agent', `${API.requests} in 1 min`, 'more: 429'],
  ['requests of an agent that wait', `${API.waiting}`, 'long polls, streams, waits for an answer'],
  ['body of a request, its header', `${size(API.body)}, ${size(API.headers)}`, 'a body may be escaped'],
  ['header, whole request', `within ${time(API.headerTime)}, ${time(API.requestTime)}`],
  ['connections', `${API.connections} to the socket, as many to the port`],
  [
    'messages of an answer; their bodies',
    `${API.messages}; ${size(sourceConstant('src-main/agent/messages/api/agent-messages.ts', 'ANSWER_BYTES'))}`,
    'one always has room',
  ],
  ['messages of a stream that are not acknowledged', `${API.messages}`, 'then it waits'],
  [
    'unread bytes of a stream',
    size(sourceConstant('src-main/agent/messages/api/event-stream.ts', 'MOST_UNREAD')),
    'then it ends, and goes on with `Last-Event-ID`',
  ],
  ['message that is not acknowledged', `comes again after ${time(API.redelivery)}`],
  ['wait for messages; for an answer', `${time(API.longestWait * 1000)}; ${time(API.longestTimeout * 1000)}`],
  [
    'changes of states and files that are kept',
    count(API.states),
    'of each agent, for streams that continue; then `reset` says that some are missing',
  ],
  ['tasks of a page (A2A), parts of a message', '100, 64'],
])}`;
}
