import { DISCOVERY_LIMITS as LAN } from '../../src-main/agent/discovery/limits.ts';
import { LINK_LIMITS, CHOICE_LIMITS as CHOICE, HOP_LIMITS as HOP } from '../../src-main/agent/links/limits.ts';
import { UDP_LIMITS as UDP } from '../../src-main/agent/webrtc/limits.ts';
import { MOST_HOPS } from '../../src-shared/app-api/schemas/link-schema.ts';
import { MOST_TOKENS } from '../../src-shared/lan/lan-tokens.ts';
import { DIRECT_READ_BUFFER } from '../../src-node/sockets/direct/direct-dial.ts';
import { DIRECT_LISTENER_LIMITS as DIRECT } from '../../src-node/sockets/direct/direct-listener.ts';
import { MAPPING_LIMITS as MAP } from '../../src-node/port-mapping/index.ts';
import { count, size, table, time } from './format.ts';
import { sourceConstant } from './source-constant.ts';

/** Builds the section of a router that is asked for a port. */
function router(): string {
  const source = 'src-main/desktop/relay/outside-port.ts';
  return `## Router of the hosted relay
\`src-node/port-mapping\`

${table([
  [
    'datagrams of PCP and NAT-PMP',
    `${MAP.waits.length}, ${time(MAP.waits.reduce((sum, wait) => sum + wait, 0))} in all`,
  ],
  ['search by UPnP', `${time(MAP.search)}, ${MAP.searchAnswers} answers`],
  ['HTTP answer', `${size(MAP.answer)}, ${time(MAP.request)}`, 'a router may be hostile'],
  ['ports tried while others have them', count(MAP.ports)],
  [
    'life of a mapping',
    time(sourceConstant(source, 'MAPPING_LIFE')),
    `prolonged every ${time(sourceConstant(source, 'MAPPING_RENEWAL'))}`,
  ],
])}`;
}

export function networkSections(): string {
  return `## Agent at its relay
\`src-main/agent/relay\`, \`src-node/sockets\`

${table([
  ['TCP and TLS', time(sourceConstant('src-node/sockets/dial-socket.ts', 'CONNECT_TIMEOUT'))],
  [
    'answer to the raw upgrade',
    time(sourceConstant('src-node/sockets/dial-raw-link.ts', 'PROBE_TIMEOUT')),
    `then WebSocket, remembered for ${time(sourceConstant('src-node/sockets/link-form-memory.ts', 'LIFE'))}`,
  ],
  [
    'retry',
    `${time(sourceConstant('src-main/agent/relay/back-off.ts', 'FIRST'))} to ${time(sourceConstant('src-main/agent/relay/back-off.ts', 'LONGEST'))}, full jitter`,
    `reset after ${time(sourceConstant('src-main/agent/relay/retry-schedule.ts', 'STABLE_AFTER'))} of life`,
  ],
  [
    'unanswered requests',
    `${sourceConstant('src-main/agent/relay/requests.ts', 'MAX_PENDING')}, ${time(sourceConstant('src-main/agent/relay/requests.ts', 'TIMEOUT'))} each`,
  ],
  [
    'unanswered calls to this device',
    `${sourceConstant('src-main/agent/relay/pending-connections.ts', 'MAX_OFFERED')}`,
    'then `busy`',
  ],
  [
    "bytes beyond a socket's buffer",
    `${size(sourceConstant('src-node/sockets/socket-channel.ts', 'HIGH_WATER_MARK'))}; WebSocket ${size(sourceConstant('src-node/sockets/websocket-channel.ts', 'HIGH_WATER_MARK'))}`,
    'keystrokes wait behind them',
  ],
])}

A relay that one machine sets isn't offered to its peers: their users set it there.

## Direct listener
\`src-node/sockets\`

${table([
  [
    'unaccepted connections',
    `${DIRECT.halfOpen}; ${DIRECT.halfOpenPerAddress} of an IPv4 address or IPv6 /64`,
    'a further one replaces one that sent garbage, else the oldest',
  ],
  [
    'messages 1 checked, per address',
    `${sourceConstant('src-node/sockets/direct/direct-budget.ts', 'BURST')}, then ${sourceConstant('src-node/sockets/direct/direct-budget.ts', 'PER_SECOND')} a second`,
    'each costs Diffie-Hellman',
  ],
  ['from connection to acceptance', time(DIRECT.timeout), 'then reset, whatever was sent'],
  ['dialing, up to message 2', time(sourceConstant('src-node/sockets/direct/direct-dial.ts', 'DIAL_TIMEOUT'))],
  [
    'addresses of a peer dialed',
    `${sourceConstant('src-main/agent/direct/candidate-budget.ts', 'MOST')} in ${time(sourceConstant('src-main/agent/direct/candidate-budget.ts', 'WINDOW'))}`,
    "a peer can't make this device scan ports",
  ],
  ['read buffer of a path', size(DIRECT_READ_BUFFER)],
])}

    listener = ${DIRECT.halfOpen} · (64 KiB of one read + 2 KiB)

## UDP
\`src-node/webrtc\`, \`src-main/agent/webrtc\`, \`src-main/agent/links/paths\`

${table([
  ['offer to message 2, at the dialer', time(UDP.dial), 'NATs answer within two seconds or never'],
  ['offer to message 1, at the other side', time(UDP.answer)],
  ['addresses of one side', count(UDP.candidates)],
  [
    'offers of a peer',
    `${UDP.offersAtOnce}, then one each ${time(UDP.offerEvery)}`,
    'each costs a key, sockets and threads',
  ],
  ['connections being made for peers', `${UDP.answersPerPeer} of a peer, ${UDP.answers} in all`],
  [
    'tried after TCP, retried after a failure',
    `${time(CHOICE.udpHeadStart)}; ${time(CHOICE.reprobe)}, doubled up to ${time(CHOICE.udpLongestPause)}`,
    'NATs seldom change',
  ],
  [
    'UDP may be slower than the relay by',
    `${time(CHOICE.tie.more)} and ${CHOICE.tie.times} ×`,
    'no one feels it, and the relay is spared',
  ],
  ['back to the relay beyond', `${time(CHOICE.clear.more)} and ${CHOICE.clear.times} ×`, 'a margin against flapping'],
  [
    'between two measured moves',
    `${time(CHOICE.dwell)}, doubled up to ${time(CHOICE.longestDwell)}; reset after ${time(CHOICE.calm)}`,
  ],
  ['lost direct path rests', CHOICE.coolDowns.map(time).join(', ')],
  ['renewal of a path', time(CHOICE.renewAfter), 'no key serves forever'],
  [
    'message, unread bytes of a channel',
    `${size(sourceConstant('src-shared/webrtc/description.ts', 'LONGEST_MESSAGE'))}, ${size(sourceConstant('src-shared/webrtc/webrtc-channel.ts', 'CHANNEL_WINDOW'))}`,
    'the library delivers unasked',
  ],
])}

    path = ${size(sourceConstant('src-shared/webrtc/webrtc-channel.ts', 'CHANNEL_WINDOW'))} unread + ${size(sourceConstant('src-shared/webrtc/webrtc-channel.ts', 'HIGH_WATER_MARK'))} and one write unsent + 2 MiB of SCTP

## Hops
\`src-main/agent/links/hops\`

${table([
  ['paths through this device', `${HOP.passedOnPerOpener} of a peer, ${HOP.passedOn} in all`, 'with pass-through only'],
  ['paths ending here, through one hop', count(HOP.receivedPerHop), 'needs no right'],
  ['target accepts, answers', `${time(HOP.passOnOpen)}, ${time(HOP.destinationAnswer)}`],
  [
    'dialing, also while a person is asked',
    `${time(HOP.dial)}, ${time(HOP.dialWhileAsked)}`,
    'people have two minutes',
  ],
  ['hops of a chain', count(MOST_HOPS), 'named by a person'],
  [
    'hops reconnected to',
    `the last ${LINK_LIMITS.recentHops} of a session`,
    'others must not choose whom a device dials',
  ],
  [
    'pause between such dials',
    `${time(LINK_LIMITS.hopPause)} to ${time(LINK_LIMITS.hopLongestPause)}`,
    'per hop, whatever sessions come and go',
  ],
  [
    'hop sessions',
    `${LINK_LIMITS.hopSessionsPerPeer} of a peer, ${LINK_LIMITS.hopSessions} in all`,
    'a further one ends the oldest',
  ],
  ['hop session without a path', `${time(LINK_LIMITS.hopIdle)} to ${time(2 * LINK_LIMITS.hopIdle)}`],
  [
    'hop that refused',
    `${time(LINK_LIMITS.refusedPause)}; named ones ${time(LINK_LIMITS.askedPause)}`,
    'one request is enough',
  ],
])}

    hop = ${HOP.passedOn} · (2 buffers of ${size(sourceConstant('src-main/agent/links/hops/hop-server.ts', 'BUFFER'))} + 2 · 512 KiB), and the windows of its sessions

## Local network
\`src-main/agent/discovery\`, \`src-node/discovery\`

${table([
  [
    'announcement',
    `every ${time(LAN.rotation)}, up to ${time(LAN.jitter)} sooner`,
    'tokens of another span are worthless',
  ],
  [
    'packets checked',
    `${LAN.burst}, then ${LAN.perSecond} a second; ${LAN.burstPerAddress}, then ${LAN.perSecondPerAddress} per address`,
    'each costs three hashes per peer',
  ],
  [
    'records, announcements, tokens of a packet',
    `${sourceConstant('src-node/discovery/lan-packets.ts', 'MOST_RECORDS')}, ${sourceConstant('src-node/discovery/lan-packets.ts', 'MOST_ANNOUNCEMENTS')}, ${MOST_TOKENS}`,
  ],
  [
    'unknown devices shown',
    `${LAN.strangers}, ${LAN.strangersPerAddress} of an address`,
    'the latest; nothing else is pushed out',
  ],
  ['addresses of a peer', count(LAN.addressesPerPeer), 'no stranger takes them'],
  ['pause after a failed dial or goodbye', time(LAN.refuted)],
])}

${router()}`;
}
