import { ACCOUNT_LIMITS as A, ACCOUNT_RATES } from '../../src-relay/accounts/limits.ts';
import { FOREIGN_RATES } from '../../src-relay/foreign/limits.ts';
import { HTTP_LIMITS as H } from '../../src-relay/http/limits.ts';
import { PLAIN_LIMITS as D, PLAIN_RATES } from '../../src-relay/plain/limits.ts';
import { EVENT_LIMITS as E } from '../../src-relay/platform/events/event-sockets.ts';
import { MOST_PAGE_FINDINGS } from '../../src-shared/app-api/index.ts';
import { FOREIGN_LIMITS as F } from '../../src-shared/foreign/limits.ts';
import { PLATFORM_LIMITS as P } from '../../src-shared/platform/limits.ts';
import { PAGE_LIMITS as S } from '../../src-shared/relay-page/index.ts';
import { about, count, rate, size, table, time } from './format.ts';
import { sourceConstant } from './source-constant.ts';

const THREAD_HEAP = sourceConstant('src-relay/accounts/passwords/hash-threads.ts', 'HEAP.maxOldGenerationSizeMb');
const HASH = 32 * 1024 * 1024 + THREAD_HEAP * 1024 * 1024;

const ACCOUNT_BUCKETS: Readonly<Record<keyof typeof ACCOUNT_RATES, string>> = {
  signInPerGroup: 'sign-ins, resets and links of an address',
  signInPerAccount: 'passwords for one account by one address',
  signUpPerGroup: 'sign-ups of an address',
  mailPerAddress: 'mails to one e-mail address',
  mailPerAccount: 'mails to others that an account causes',
  picturePerAccount: 'changes of the picture of an account',
  failurePerAccount: 'failed sign-ins in the audit log',
};
const PLAIN_BUCKETS: Readonly<Record<keyof typeof PLAIN_RATES, string>> = {
  messagesToConnector: 'messages to a connector',
  pairingsPerAddress: 'plain pairing codes tried by an address',
  startsPerAccount: 'plain sessions started by an account',
  requestsPerAccount: 'requests to nodes by an account',
  invitationsPerAccount: 'project invitations by an account, documented route',
  downloadsPerAddress: 'downloads of connectors by an address',
};

const FOREIGN_BUCKETS: Readonly<Record<keyof typeof FOREIGN_RATES, string>> = {
  messagesPerInstance: 'requests and messages of an instance',
  faultsPerConnection: 'refused messages on a connection, then 1008',
};

/** Builds the sections of a relay with accounts. */
export function accountSections(): string {
  return `${accounts()}

${requests()}

${page()}

${plainDevices()}

${foreignInstances()}`;
}

function accounts(): string {
  const buckets = Object.entries(ACCOUNT_RATES).map(
    ([name, of]) => `| ${ACCOUNT_BUCKETS[name as keyof typeof ACCOUNT_RATES]} | ${rate(of)} |`,
  );
  return `## Accounts
\`src-shared/platform\`, \`src-relay/accounts\`: a relay with \`--accounts on\`

${table([
  ['projects owned, in all', `${P.projects}, ${P.memberships}`],
  ['people, plain devices of a project', `${P.people}, ${P.plainDevices}`],
  ['picture of an account', `${size(P.picture)}, ${P.pictureSide} × ${P.pictureSide} pixels`],
  ['project invitations', `${P.pendingInvitations} open, ${time(P.invitationLife)}`],
  [
    'sessions, API tokens, passkeys',
    `${P.sessions}, ${P.apiTokens}, ${P.passkeys}`,
    'a further session ends the one unused longest',
  ],
  ['session', `${time(P.sessionIdle)} unused, ${time(P.sessionLife)} in all`],
  ['API token', `${P.apiTokenDays} days`],
  ['stepped up', time(P.stepUp)],
  [
    'passwords hashed, waiting',
    `${A.hashes}, ${A.waitingHashes}; then 503`,
    'on half of the cores at most, in threads of the lowest priority (Linux)',
  ],
  ['password', `${P.passwordShortest} to ${P.passwordLongest} bytes`],
  [
    'links: mailed, operator, first account',
    `${time(P.mailedLink)}, ${time(A.operatorLink)}, ${time(A.setupLink)}`,
    'once each',
  ],
  ['unused links of a purpose and account', count(A.links)],
  [
    'codes: link code, enrol ticket, plain pairing',
    `${time(P.linkCode)}, ${time(P.enrolTicket)}, ${time(P.plainCode)}`,
  ],
  [
    'unanswered sign-ups',
    `${count(A.signUps)}; ${A.signUpsPerEmail} of an e-mail address`,
    'no account before the mail is answered',
  ],
  ['mails waiting, sent at once', `${A.waitingMails}, ${A.mails}`],
  ['node configurations', `${P.skillConfigs} of ${size(P.skillConfig)}`],
  [
    'audit log of accounts',
    `${count(P.auditRows)} rows, ${count(P.auditRowsPerAccount)} of an account, ${time(P.auditLife)}`,
  ],
  ['history in one answer', `${P.historyPage} entries`],
])}

| what | burst and rate |
| --- | --- |
${buckets.join('\n')}

    hashes = ${A.hashes} · (32 MiB + ${THREAD_HEAP} MiB) = ${about(A.hashes * HASH)}, none after 30 s without a sign-in`;
}

function requests(): string {
  return `## Requests and events
\`src-relay/http\`, \`src-relay/platform/events\`

${table([
  ['body', `${size(H.body)} within ${time(H.bodyTimeout)}`],
  ['all bodies, those of an address', `${size(H.bodies)}, ${size(H.bodiesPerAddress)}`],
  ['requests waiting on one connection', count(H.pipelined)],
  ['answer not taken', time(H.stallTimeout), 'dropped after one to two of them'],
  ['WebSocket before it has authenticated', `${size(H.unauthenticatedBytes)}, ${time(H.authenticationTimeout)}`],
  ['pings', `every ${time(H.pingInterval)}; ${H.misses} misses`],
  ['event streams; unsent bytes of one', `${count(H.streams)}; ${size(H.streamBuffer)}`],
  [
    '`events` sockets',
    `${count(E.sockets)}; ${E.socketsPerAccount} of an account, ${E.socketsPerAddress} of an address`,
  ],
  ['changes are gathered for', time(E.gatherTime), 'a burst is one message'],
  ['message, IDs in it', `${size(P.eventsMessage)}, 64`, 'more: none, and the list is read again'],
  [
    'messages sent in one turn',
    count(sourceConstant('src-relay/platform/events/event-sockets.ts', 'SENT_AT_ONCE')),
    'a link between them waits a millisecond, not for all',
  ],
  ['messages of a client', `${E.messages} in ${time(E.checkInterval)}`, 'it sends a ping every 18 s'],
  ['unsent bytes of a socket', `${size(E.buffer)}, then 1013`],
])}

    events = sockets · (10 KiB + ${size(E.buffer)} if its client doesn't read)

A request costs the relay about 1 ms (measured), so one address takes at most 6 % of a core. A page
reads some ten routes when it opens and one after each change: 600 requests are 60 pages that open
at once, and 60 a second let 60 open pages follow a change each second. That is a household or a
small office; a larger one waits as \`Retry-After\` says.`;
}

function page(): string {
  return `## The page
\`src-shared/relay-page\`, \`src-relay/site\`: a relay with \`--page on\` or accounts

${table([
  [
    'files; one; all together',
    `${count(S.files)}; ${size(S.file)}; ${size(S.total)}`,
    'in memory once for all visitors',
  ],
  ['manifest, signatures', `${size(S.manifest)}, ${size(S.signature)}`],
  ['differences that a check names', count(MOST_PAGE_FINDINGS)],
])}`;
}

function plainDevices(): string {
  const buckets = Object.entries(PLAIN_RATES).map(
    ([name, of]) => `| ${PLAIN_BUCKETS[name as keyof typeof PLAIN_RATES]} | ${rate(of)} |`,
  );
  return `## Plain devices
\`src-relay/plain\`: a relay with \`--plain-protocol on\`

${table([
  ['message', size(D.message), 'browsers paste'],
  ['before it has authenticated', `${size(D.strangerBytes)}, ${time(D.authentication)}`],
  ['unsent to a viewer', `${size(D.viewerBuffer)}, then 1013`, 'holds up no one else'],
  [
    'unsent to a connector',
    `stops reading those who type at ${size(D.connectorHigh)}, goes on at ${size(D.connectorLow)}`,
  ],
  ['the same, then closed', size(D.connectorBuffer), 'no one gets there'],
  ['viewers of a session', count(D.viewersPerSession)],
  ['active sessions', `${D.sessionsPerAccount} of an account, ${D.sessionsPerDevice} of a device`],
  ['session without a viewer', time(D.sessionIdle)],
  ['ended sessions', `${count(D.sessionRows)} rows, ${time(D.sessionAge)}`],
  ['terminal tokens', `${count(D.terminalTokens)}, ${time(D.terminalToken)}`],
  ['requests to a node, of an account', `${D.requestsPerNode}, ${D.requestsPerAccount}`],
  ['prompt; silence of a node', `${count(P.prompt)} characters; ${time(D.nodeSilence)}`],
  ['answer; unread part of it', `${size(D.nodeAnswer)}; ${size(D.nodeQueue)}`],
  ['lost rights end open connections within', time(D.recheck), 'at once where the relay changes them itself'],
])}

| what | burst and rate |
| --- | --- |
${buckets.join('\n')}

    plain session = ${size(D.viewerBuffer)} · viewers that don't read
    plain device  = ${size(D.connectorHigh)} + ${size(D.message)} · viewers`;
}

function foreignInstances(): string {
  const buckets = Object.entries(FOREIGN_RATES).map(
    ([name, of]) => `| ${FOREIGN_BUCKETS[name as keyof typeof FOREIGN_RATES]} | ${rate(of)} |`,
  );
  return `## Foreign instances
\`src-shared/foreign\`, \`src-relay/foreign\`: a relay with \`--accounts on\`

${table([
  ['instances of a project', count(F.instances)],
  ['body, message on the WebSocket', size(F.body)],
  ['agents that one names', count(F.agents)],
  ['clock', `${time(F.clockSkew)} before and after the relay's`],
  ['nonces', `${count(F.nonces)}, ${time(F.nonceLife)}; then 429`, 'none is forgotten early; shared'],
  ['wait for a receipt', time(F.receipt), 'then the recipient is offline'],
  [
    'waiting for receipts, of an instance or device as sender and as recipient',
    `${size(F.inFlight)}, ${count(F.messagesInFlight)} messages; then 429`,
  ],
  ['waiting for receipts, all', size(F.inFlightTotal), 'shared'],
  ['shares', 'a project: half of what is left; an instance: half of what its project may still use', 'more: 429'],
  ['unsent to an instance', `${size(F.unsent)}, then 1013`],
  ['before it has registered', `${size(F.strangerBytes)}, ${time(F.registration)}`],
  ['a removed instance or old key ends within', time(F.recheck), 'at once where the relay changes them itself'],
])}

| what | burst and rate |
| --- | --- |
${buckets.join('\n')}

    memory = ${size(F.inFlightTotal)} + ${size(F.unsent)} · instances that don't read + nonces · about 150 bytes`;
}
