import { ADDRESS_LOG_LIMITS as LOG } from '../../src-relay/hub/address-log.ts';
import { RELAY_PROCESS_LIMITS as R, DEFAULT_RATES } from '../../src-relay/limits/defaults.ts';
import { about, count, rate, size, table, time } from './format.ts';
import { sourceConstant } from './source-constant.ts';

const BUCKETS: Readonly<Record<keyof typeof DEFAULT_RATES, string>> = {
  connectionsPerAddress: 'new sockets of an address',
  requestsPerAddress: 'requests of an address',
  politenessPerAddress: 'explained refusals; then HTTP 429',
  failuresPerAddress: 'failed hellos of an address',
  messagesPerDevice: 'messages of a device',
  connectsPerDevice: 'calls of a device',
  connectsPerProject: 'calls of a project',
  earlyBytesPerDevice: 'early bytes of a device',
  earlyBytesPerProject: 'early bytes of a project',
  messageBytesPerDevice: 'bytes of messages of a device, as base64url',
  messageBytesPerProject: 'bytes of messages within a project',
  mailboxOpensPerDevice: 'mailboxes opened by a device',
  mailboxOpensPerProject: 'mailboxes opened by a project',
  joinersPerAddress: 'joiners of an address',
  guestsPerAddress: 'guests of an address',
  addRequestsPerDevice: 'requests of a device to be added',
  addRequestsPerAccount: 'requests of all devices of an account to be added',
  shareOpensPerDevice: 'shares opened by a device',
  connectsPerShare: 'calls of the guests of a share',
  foundersPerAddress: 'new projects of an address at an open relay',
  mailboxClaimsPerAddress: 'claims of an address',
  mailboxFailuresPerAddress: 'claims of missing mailboxes',
  stunPerAddress: 'STUN answers to an address',
  stunInAll: 'STUN answers in all',
};

export function relaySection(): string {
  const buckets = Object.entries(DEFAULT_RATES).map(
    ([name, of]) => `| ${BUCKETS[name as keyof typeof DEFAULT_RATES]} | ${rate(of)} |`,
  );
  return `## Relay
\`src-relay/limits\`, \`src-shared/relay-api\`

${table([
  [
    'unproven sockets',
    `${count(R.unauthenticated)}, ${R.unauthenticatedPerAddress} of an address`,
    'a flood costs some 15 KiB a socket',
  ],
  ['hello or ticket', time(R.helloTimeout)],
  ['online devices', count(R.devices)],
  ['control message', size(R.controlMessage), '`connect` is the largest, under 4 KiB'],
  ['message to another device', `body of ${size(R.messageBody)}`, 'after the welcome only'],
  ['unsent on control above which messages are refused', size(R.messageBuffer), 'senders drop no recipient'],
  ['unsent on control', `${size(R.controlBuffer)}, then dropped`, 'buffering would be its lever on everyone'],
  ['joiners, their stay', `${count(R.joiners)}, ${time(R.joinerLife)}`, 'no one admits them'],
  [
    'unanswered calls',
    `${R.pendingPerDevice} of a device, ${R.pendingTowardsDevice} towards one, ${time(R.acceptTimeout)}`,
  ],
  ['links of a device', count(R.linksPerDevice)],
  ['waiting for one side of a link', size(R.pairBuffer), "then the other side isn't read"],
  ['WebSocket message of a link', size(R.linkMessage), 'held whole in memory'],
  ['rest of a link after one end', time(R.lingerTimeout)],
  ['shares', `${R.sharesPerDevice} of a device, ${count(R.shares)}`, 'while the device is online'],
  ['guests', `${R.guestsPerShare} of a share, ${count(R.guests)}`, 'no one admits them'],
  [
    'mailboxes',
    `${count(R.mailboxes)}, ${R.mailboxesPerDevice} of a device; ${time(R.mailboxLife)}, ${R.mailboxMessages} messages of ${size(R.mailboxMessage)} a side`,
    'a code and a link; one before version 5 of the protocol',
  ],
  ['members that one account admits to a project of another', count(R.membersPerAccount)],
  [
    'members, projects of a device',
    `${count(R.membersPerProject)}, ${R.projectsPerDevice}`,
    'presence grows with the square',
  ],
  ['history of links', `${count(R.sessionRows)} rows, ${time(R.sessionAge)}`],
  ['log lines per address and cause, in all', `${rate(LOG.perCause)}; ${rate(LOG.inAll)}`, 'below 10 MB a day'],
])}

Token buckets, for an IPv4 address or IPv6 /64, at most ${count(sourceConstant('src-relay/limits/token-buckets.ts', 'MOST_KEYS'))} keys each:

| what | burst and rate |
| --- | --- |
${buckets.join('\n')}

    relay = 90 MiB + 15 KiB · unproven + 10 KiB · devices + ${size(R.controlBuffer + R.controlMessage)} · devices that don't read
          + links · 2 · (${size(R.pairBuffer)} + chunk) whose sides don't read + 200 MiB of buckets
          + ${about(R.mailboxes * R.mailboxMessage)} of mailboxes

A chunk is 64 KiB or one WebSocket message. The number of sockets bounds it in practice. An idle
device takes about 10 KiB (measured with 10 000).`;
}
