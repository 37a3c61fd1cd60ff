import {
  AUTOMATIC_IN_A_ROW,
  AUTOMATIC_IN_WINDOW,
  AUTOMATIC_WINDOW,
  BODY_BYTES,
  BOX_BYTES,
  BOX_MESSAGES,
  FLIGHT_BYTES,
  FLIGHT_MESSAGES,
  ID_MEMORY,
  LINE_BYTES,
  MESSAGE_LIFE,
  LONGEST_MESSAGE_LIFE,
  MOST_AGENTS,
  MOST_HOPS,
  MOST_IDS,
  MOST_PAIRS,
  QUERY_IDS,
} from '../../src-shared/messages/limits.ts';
import { count, size, table, time } from './format.ts';
import { sourceConstant } from './source-constant.ts';

export function messagesSection(): string {
  return `## Messages between agents
\`src-shared/messages\`, \`src-main/agent/messages\`

${table([
  ['body; line', `${size(BODY_BYTES)}; ${size(LINE_BYTES)}`, 'a body may be escaped'],
  ['box: messages that wait, their bytes', `${count(BOX_MESSAGES)}, ${size(BOX_BYTES)}`, 'a full one refuses'],
  ['life of a message', `${time(MESSAGE_LIFE)}, at most ${time(LONGEST_MESSAGE_LIFE)}`],
  ['on the way to a peer', `${FLIGHT_MESSAGES}, ${size(FLIGHT_BYTES)}`, 'the disk takes many at once'],
  ['pairs of agents with a peer', count(MOST_PAIRS), 'their numbers are kept as long as the peer'],
  ['IDs of a peer that are remembered', `${count(MOST_IDS)}, ${time(ID_MEMORY)}`, 'numbers recognize the others'],
  ['IDs in a query', `${QUERY_IDS}`],
  ['agents of a device', `${MOST_AGENTS}`],
  [
    'refused messages of a peer',
    `one in ${time(sourceConstant('src-main/agent/messages/inbox/message-server.ts', 'REFUSED_PAUSE'))}`,
  ],
  ['hops', `${MOST_HOPS}`],
  [
    'without a person: in a row in a thread; between two agents',
    `${AUTOMATIC_IN_A_ROW}; ${AUTOMATIC_IN_WINDOW} in ${time(AUTOMATIC_WINDOW)}`,
    'further ones wait for a person',
  ],
  [
    'stream without work',
    `closed after ${time(sourceConstant('src-main/agent/messages/outbox/peer-delivery.ts', 'LINGER'))}`,
  ],
])}`;
}
