import { DIRECT_PAIRING_LIMITS as LAN } from '#agent/pairing/direct/limits.ts';
import { APPROVAL_LIMITS as APPROVAL } from '../../src-main/agent/core/approvals/store.ts';
import { MOST_ROUND_TRIPS, MOST_SAVED_COMMANDS, SHARE_LIFE } from '../../src-shared/app-api/index.ts';
import { LONGEST_LINE, MOST_PLACEHOLDERS } from '../../src-shared/saved-command/index.ts';
import { HISTORY_LIMIT } from '../../src-main/agent/core/approvals/history.ts';
import { PAUSE_LIMITS as PAUSE } from '../../src-main/agent/core/approvals/pauses.ts';
import { MOST_REQUEST_TEXT } from '../../src-main/agent/core/approvals/request-text.ts';
import { AUTO_LIMITS as AUTO } from '../../src-main/agent/forwards/auto/limits.ts';
import { DATAGRAM_LIMITS as UDP } from '../../src-main/agent/forwards/datagrams/limits.ts';
import { MOST_LEFT_BEHIND } from '../../src-main/agent/terminals/exec/left-behind.ts';
import { FOLDER_LIMITS as FOLDER } from '../../src-main/agent/forwards/folders/folder-server.ts';
import { CONNECTOR_LIMITS } from '../../src-main/agent/forwards/rules/connector.ts';
import { MOST_RULES } from '../../src-main/agent/forwards/rules/document.ts';
import { OPENING_LIMITS as OPENING } from '../../src-main/agent/forwards/rules/link-upstream.ts';
import { RULE_LIMITS } from '../../src-main/agent/forwards/rules/rule-connections.ts';
import { MOST_TARGETS } from '../../src-main/agent/peers/peer-record.ts';
import { HTTP_LIMITS as HTTP } from '../../src-main/agent/forwards/proxies/http-server.ts';
import { POOL_LIMITS as KEPT } from '../../src-main/agent/forwards/proxies/connection-pool.ts';
import { SOCKS_LIMITS as SOCKS } from '../../src-main/agent/forwards/proxies/socks-server.ts';
import { RECORDING_LIMITS as RECORDING } from '../../src-main/agent/recordings/recordings.ts';
import { SHARE_LINK_LIMITS as SHARE } from '../../src-main/agent/share-links/limits.ts';
import { TARGET_LIMITS as TARGET } from '../../src-main/agent/targets/limits.ts';
import { AUDIENCE_LIMITS as VIEWERS } from '../../src-main/agent/terminals/viewers/audience.ts';
import { ABANDONED_LIFETIME, MAX_HOST_TERMINALS } from '../../src-main/agent/terminals/pty-host/host-server.ts';
import { MAX_INPUT_BACKLOG } from '../../src-main/agent/terminals/process/program-input.ts';
import { TERMINAL_LIMITS as TERMINAL } from '../../src-main/agent/terminals/service-options.ts';
import { ADMISSION_LIMITS } from '../../src-main/web-host/admissions.ts';
import { WEB_HOST_LIMITS as WEB } from '../../src-main/web-host/web-host.ts';
import { ROTATION_LIMITS } from '../../src-node/files/rotating-line-file.ts';
import { MAX_CHANNELS } from '../../src-shared/app-api/transport/channels.ts';
import { APP_SERVER_LIMITS as SERVER } from '../../src-shared/app-api/transport/server.ts';
import { APP_WIRE_LIMITS as WIRE } from '../../src-shared/app-api/transport/wire.ts';
import { RELAY_LIMITS } from '../../src-shared/relay-api/index.ts';
import { PAIRING_LIFE, STEP_TIMEOUT } from '../../src-shared/pairing/conversation.ts';
import {
  CATCH_UP_BYTES,
  DETACHED_LIFETIME,
  MAX_COLS,
  MAX_LISTING_BYTES,
  MAX_ROWS,
} from '../../src-shared/terminal/limits.ts';
import { NAME_LIMIT } from '../../src-shared/visible-text/name.ts';
import { about, count, rate, size, table, time } from './format.ts';
import { sourceConstant } from './source-constant.ts';

const MOST_KEPT = sourceConstant('src-shared/machine-command/run-on-machine.ts', 'MOST_KEPT');
const RUN = 'src-renderer/features/saved-commands/saved-run.ts';
const MOST_AT_ONCE = sourceConstant('src-shared/machine-command/side-by-side.ts', 'MOST_AT_ONCE');
const MOST_LINES = sourceConstant(RUN, 'MOST_LINES');
const MOST_CHARACTERS = sourceConstant(RUN, 'MOST_CHARACTERS');
const CARRY = sourceConstant('src-main/agent/forwards/rules/pipe-socket.ts', 'BUFFER');
const SCROLLBACK = sourceConstant('src-main/agent/terminals/screen/screen-model.ts', 'SCROLLBACK_LINES');
const SNAPSHOT = sourceConstant('src-main/agent/terminals/screen/screen-model.ts', 'MAX_SNAPSHOT_BYTES');
const UNPARSED = sourceConstant('src-main/agent/terminals/pty-host/host-terminal.ts', 'SCREEN_HIGH_WATER');
const TO_BROWSER = sourceConstant('src-main/web-host/socket-transport.ts', 'MAX_BUFFERED');
const BRIDGED = sourceConstant('src-shared/app-api/transport/bridge.ts', 'MOST_WAITING');

export function featureSections(): string {
  return `${pairing()}

${terminals()}

${rights()}

${forwards()}

${userInterfaces()}`;
}

function pairing(): string {
  return `## Pairing
\`src-shared/pairing\`, \`src-main/agent/pairing\`

${table([
  ['life of a code, link, mailbox', time(PAIRING_LIFE), 'by wall clock and monotonic clock, whichever is later'],
  ['wait for each message after the first', time(STEP_TIMEOUT), 'no person is asked in between'],
  [
    'runs of a code',
    '1 at each end',
    `the latest ${count(sourceConstant('src-shared/pairing/secret.ts', 'MOST_SPENT'))} typed codes are remembered`,
  ],
  [
    'wrong codes in a row',
    `${sourceConstant('src-main/agent/pairing/pairing-service.ts', 'MOST_CODE_FAILURES')}, then links only`,
    'counted by the inviter',
  ],
  [
    'open invitations',
    `${sourceConstant('src-main/agent/pairing/pairing-service.ts', 'MOST_INVITATIONS')}`,
    `${RELAY_LIMITS.mailboxesPerDevice} of them at the relay`,
  ],
  [
    'claims at the direct port, per address and in all',
    `${LAN.each.burst}, then ${LAN.each.perSecond} a second; ${LAN.all.burst}, then ${LAN.all.perSecond}`,
    'further ones meet silence',
  ],
  [
    'answered claims without a hello',
    `${LAN.waitingPerAddress} of an address, ${LAN.waiting} in all, ${time(LAN.hello)}`,
    'the oldest gives way; a joiner says hello at once',
  ],
  [
    'search for a code without a relay',
    time(LAN.search),
    `with one ${time(LAN.searchBeforeRelay)}, then the relay is asked`,
  ],
  [
    'lookup of a typed name',
    `${time(LAN.lookup)}, ${LAN.namedAddresses} addresses`,
    `each dialed ${time(LAN.stagger)} after the one before, until one answers`,
  ],
  [
    'machines dialed for one code',
    `${LAN.dialed} at once, ${LAN.dialedInAll} in all`,
    'if different ones answer, none is taken',
  ],
  [
    'browsers that ask to be added',
    `${sourceConstant('src-main/agent/pairing/add-requests.ts', 'MOST_ADD_REQUESTS')} shown, ${sourceConstant('src-main/agent/pairing/add-requests.ts', 'MOST_ADD_REQUESTS_TAKEN')} in ${time(sourceConstant('src-main/agent/pairing/add-requests.ts', 'ADD_REQUEST_LIFE'))}`,
    '',
  ],
  ['adding by ID', `1 at a time, ${time(sourceConstant('src-main/agent/pairing/adding-service.ts', 'LIFE'))}`],
])}`;
}

function terminals(): string {
  return `## Terminals
\`src-shared/terminal\`, \`src-main/agent/terminals\`

${table([
  ['terminals', `${TERMINAL.perPeer} of a peer, ${TERMINAL.total} in all`, 'opening ones and commands count'],
  ['terminals of one PTY host', count(MAX_HOST_TERMINALS), 'what one agent allows, and as many kept for it'],
  ['size', `${MAX_COLS} × ${MAX_ROWS}`],
  ['listing', size(MAX_LISTING_BYTES), 'own terminals first'],
  [
    'saved commands',
    count(MOST_SAVED_COMMANDS),
    `${count(LONGEST_LINE)} characters, ${MOST_PLACEHOLDERS} placeholders each`,
  ],
  ['outputs of a saved command that its JSON has', size(MOST_KEPT), 'each; `run-saved` prints all'],
  [
    'machines that the window runs one on at the same time',
    `${MOST_AT_ONCE}`,
    `others follow; of each, ${MOST_LINES} lines and ${size(MOST_CHARACTERS)} are shown`,
  ],
  [
    'after the holder was lost, without an agent',
    `${time(DETACHED_LIFETIME)}, ${time(ABANDONED_LIFETIME)}`,
    'a terminal that a person has left has no such limit; the next agent may be an update away',
  ],
  [
    "output the agent hasn't taken",
    `program stops at ${size(sourceConstant('src-main/agent/terminals/pty-host/host-terminal.ts', 'HIGH_WATER'))}, goes on at ${size(sourceConstant('src-main/agent/terminals/pty-host/host-terminal.ts', 'LOW_WATER'))}`,
  ],
  ["output the screen hasn't parsed", size(UNPARSED)],
  ["input the program hasn't taken", `${size(MAX_INPUT_BACKLOG)}, then its sender waits`],
  ['output dropped on an interrupt', `above ${size(CATCH_UP_BYTES)}`, 'less is drawn before anyone notices'],
  ['scrollback, snapshot', `${count(SCROLLBACK)} lines, ${size(SNAPSHOT)}`],
  ['shared with, viewers', `${VIEWERS.shares} peers; ${VIEWERS.streams}, ${VIEWERS.streamsOfPeer} of a peer`],
  [
    'guests of a terminal, share links',
    `${VIEWERS.guests}; ${SHARE.links}, ${time(SHARE_LIFE.longest * 1000)} at most`,
  ],
  [
    'guests of a link that wait, that pair',
    `${SHARE.waiting}; ${SHARE.pairings}, first message within ${time(SHARE.hello)}`,
  ],
  ['place of a guest that is away', time(SHARE.away)],
  [
    'output waiting for a viewer',
    size(sourceConstant('src-main/agent/terminals/viewers/viewer-stream.ts', 'MOST_WAITING')),
    'then the current screen replaces it',
  ],
  ['background groups of finished commands', `${MOST_LEFT_BEHIND} of a peer`, 'then its commands are refused'],
  [
    'recordings',
    `${size(RECORDING.file)} each; ${size(RECORDING.total)}, ${count(RECORDING.files)} files, ${RECORDING.running} at a time`,
    'at the limit it stops and says so',
  ],
  ['recorded and unwritten', size(RECORDING.waiting), 'a terminal never waits for the disk'],
])}

    terminal = 12 · columns · (${count(SCROLLBACK)} + 2 · rows) + ${size(UNPARSED)} + ${size(SNAPSHOT)} + 0.5 MiB

That is 10 MiB at 80 × 24 and ${about(12 * MAX_COLS * (SCROLLBACK + 2 * MAX_ROWS) + UNPARSED + SNAPSHOT + 0.5 * 1024 ** 2)} at the largest size, in the PTY host.`;
}

function rights(): string {
  return `## Rights and records
\`src-main/agent/core\`

${table([
  ['time to answer a request', time(APPROVAL.lifetime), 'time never answers yes'],
  [
    'waiting requests',
    `${APPROVAL.pendingPerPeer} of a peer, ${APPROVAL.pending} in all; ${size(APPROVAL.bytesPerPeer)}, ${size(APPROVAL.bytes)}`,
    'all fit into one message to a window',
  ],
  ['new requests of a peer', rate(APPROVAL.questions), 'no one can read thousands'],
  [
    'same request after a no',
    `refused for ${time(PAUSE.first)}, doubled up to ${time(PAUSE.longest)}`,
    'asking again is no way to a yes',
  ],
  ['callers waiting for one request', count(APPROVAL.waiters)],
  ['text of a request', `${count(MOST_REQUEST_TEXT)} characters`, 'longer ones are refused, never cut'],
  ['decided requests kept', count(HISTORY_LIMIT)],
  ['name', `${NAME_LIMIT} characters`],
  [
    'facts a peer names',
    `${count(sourceConstant('src-main/agent/about/about.ts', 'MOST_TEXT'))} characters each`,
    `asked for once in ${time(sourceConstant('src-main/agent/peers/measured/known-facts.ts', 'FRESH_FOR'))} at most`,
  ],
  [
    'round trips kept',
    `${count(MOST_ROUND_TRIPS)} of each machine`,
    `one in ${time(sourceConstant('src-main/agent/peers/measured/measurements.ts', 'INTERVAL'))}; the traffic of today is saved after ${size(sourceConstant('src-main/agent/peers/measured/traffic-meter.ts', 'SAVE_BYTES'))} or ${time(sourceConstant('src-main/agent/peers/measured/traffic-meter.ts', 'SAVE_DELAY'))}`,
  ],
  ['audit log, history', `${ROTATION_LIMITS.files} files of ${size(ROTATION_LIMITS.size)} each`],
  [
    'entries a peer causes without a right',
    `${sourceConstant('src-main/agent/core/store/audit.ts', 'BURST')}, then one in ${time(sourceConstant('src-main/agent/core/store/audit.ts', 'INTERVAL'))}`,
    "it can't push out what it wants forgotten",
  ],
])}`;
}

function forwards(): string {
  return `## Forwards
\`src-main/agent/targets\`: what peers reach through this device

${table([
  ['connections', `${TARGET.connectionsPerPeer} of a peer, ${count(TARGET.connections)} in all`, '`forward.too-many`'],
  ['connections being made', `${TARGET.openingPerPeer} of a peer`],
  ['listening ports', `${TARGET.listenersPerPeer} of a peer`],
  [
    'lookup',
    `${time(sourceConstant('src-main/agent/targets/resolver.ts', 'NAME_LIMITS.timeout'))}, ${sourceConstant('src-main/agent/targets/resolver.ts', 'NAME_LIMITS.addresses')} addresses, ${sourceConstant('src-main/agent/targets/resolver.ts', 'NAME_LIMITS.perPeer')} at a time of a peer`,
    'slow names must not delay others',
  ],
  ['connect, over all addresses', time(TARGET.connect)],
  ['patterns of a peer', count(MOST_TARGETS)],
  [
    'session grant',
    time(sourceConstant('src-main/agent/targets/session-grants.ts', 'SESSION_GRANT_LIFETIME')),
    'existing connections go on',
  ],
  ['UDP associations', `${UDP.associationsPerPeer} of a peer, ${UDP.associations} in all`],
  ['destinations of an association', count(UDP.destinations), `one silent for ${time(UDP.spare)} is replaced`],
  ['silent association', `${time(UDP.idle)}; WireGuard ${time(UDP.idleWireGuard)}`],
  ['refused destination', time(UDP.refusedFor), 'no one is asked again'],
  ['port kept for a returning association', time(UDP.portFor)],
])}

    targets = connections · ${size(CARRY)}, at most ${about(TARGET.connections * CARRY)}

\`src-main/agent/forwards\`, \`src-main/agent/forwards/proxies\`: what programs here reach through peers

${table([
  ['forwards; connections of one', `${MOST_RULES}; ${count(RULE_LIMITS.connections)}`],
  ['connections of `proxy` and `nc`', count(RULE_LIMITS.connections), 'of all together'],
  ['SOCKS clients without a request', `${CONNECTOR_LIMITS.handshakes}, ${time(SOCKS.handshake)}`],
  ['early bytes of a SOCKS client', size(SOCKS.early)],
  [
    'a new connection waits for the link',
    time(sourceConstant('src-main/agent/forwards/rules/peer-links.ts', 'LINK_PATIENCE')),
  ],
  [
    'answer of the peer',
    `${time(OPENING.open)}; ${time(OPENING.approval)} while a person is asked`,
    "longer than the peer's own limits",
  ],
  ['HTTP head', `${size(HTTP.head)}, ${time(HTTP.headTime)}`, '431, 408'],
  ['HTTP keep-alive', time(HTTP.idle)],
  [
    'kept connections to targets',
    `${KEPT.connections} of a forward, ${time(KEPT.idle)}`,
    'many servers close after 5 s',
  ],
  [
    'automatic proxy checks its upstreams',
    `every ${time(AUTO.again)}, ${time(AUTO.sooner)} while off the link`,
    `an answer within ${time(AUTO.answer)}`,
  ],
  ['shared folder: connections, head', `${FOLDER.connections}, ${size(FOLDER.head)}`],
  [
    'shared folder: listing',
    `${count(sourceConstant('src-main/agent/forwards/folders/shared-folder.ts', 'MOST_ENTRIES'))} entries`,
  ],
  [
    'SSH: connect, login',
    `${time(sourceConstant('src-main/agent/forwards/ssh/dial.ts', 'CONNECT_TIMEOUT'))}, ${time(sourceConstant('src-main/agent/forwards/ssh/client.ts', 'HANDSHAKE'))}`,
    'a person may have to touch a key',
  ],
  [
    'SSH: retry',
    `${time(sourceConstant('src-main/agent/forwards/ssh/retry-delay.ts', 'FIRST'))}, doubled up to ${time(sourceConstant('src-main/agent/forwards/ssh/retry-delay.ts', 'LONGEST'))}`,
    'never after a refused login',
  ],
])}`;
}

function userInterfaces(): string {
  const perConnection = MAX_CHANNELS * 2 * WIRE.channelWindow + SERVER.sendQueue + 2 * WIRE.message;
  const web = WEB.windows * (TO_BROWSER + BRIDGED + 2 * WIRE.message) + WEB.connections * WEB.headers;
  return `## User interfaces
\`src-shared/app-api\`, \`src-node/control-socket\`, \`src-main/web-host\`

${table([
  [
    'control socket: connections',
    `${sourceConstant('src-node/control-socket/listen.ts', 'MAX_CONNECTIONS')}`,
    "only the account's owner can open one",
  ],
  ['message; terminal bytes', `${size(WIRE.message)}; ${size(WIRE.data)}`],
  ['calls, channels of a connection', `${SERVER.calls}, ${MAX_CHANNELS}`],
  ['credit of a channel, each direction', size(WIRE.channelWindow)],
  ['unread answers and events', `${size(SERVER.sendQueue)}, then disconnected`],
  ['`clawreach ui`: windows, TCP connections', `${WEB.windows}, ${WEB.connections}`],
  [' links', `${ADMISSION_LIMITS.tokens}, ${time(ADMISSION_LIMITS.tokenAge)}, once each`],
  ['wrong tries', `${ADMISSION_LIMITS.tries} in ${time(ADMISSION_LIMITS.triesTime)}`, 'then no link is checked'],
  ['waiting for a browser', `${size(TO_BROWSER)}, then disconnected`],
])}

    connection   = ${MAX_CHANNELS} · 2 · ${size(WIRE.channelWindow)} + ${size(SERVER.sendQueue)} + 2 · ${size(WIRE.message)} = ${about(perConnection)}
    clawreach ui = ${WEB.windows} · (2 · ${size(TO_BROWSER)} + 2 · ${size(WIRE.message)}) + ${WEB.connections} · ${size(WEB.headers)} = ${about(web)}`;
}
