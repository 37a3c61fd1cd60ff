import { MAX_HANDSHAKE_MESSAGE } from '../../src-shared/handshake/first-message.ts';
import {
  DEFAULT_LINK_LIMITS,
  FLOOR_CREDIT,
  INITIAL_DATA,
  INITIAL_STREAMS,
  MAX_RECORD,
  MAX_UNACKNOWLEDGED,
  QUANTUM,
  sharedCredit,
  TERMINAL_SEND_BUFFER,
} from '../../src-shared/link/limits.ts';
import { MOST_DEAD_PATHS } from '../../src-shared/link/paths/dead-paths.ts';
import { BLOCK_SIZE } from '../../src-shared/bytes/block-pool.ts';
import { about, count, size, table, time } from './format.ts';
import { sourceConstant } from './source-constant.ts';

const FLIGHT = 'src-shared/link/flight/flight-controller.ts';
const flight = (name: string): number => sourceConstant(FLIGHT, name);
const L = DEFAULT_LINK_LIMITS;
const streams = L.maxIncomingStreams + L.maxOutgoingStreams;
/** Bytes of a stream's objects and of the JSON of its params, measured. */
const STREAM_OBJECTS = 67 * 1024;
/** Bytes kept of a record that waits for its acknowledgement, measured. */
const RECORD_FACTS = 300;

/** Memory that the other side of one session can take, bytes, without the writers of this side. */
export const SESSION_WORST =
  2 * L.sessionWindow +
  128 * BLOCK_SIZE +
  L.maxRetained +
  streams * STREAM_OBJECTS +
  MAX_UNACKNOWLEDGED * RECORD_FACTS +
  2.3 * 1024 ** 2;

export function linkSection(): string {
  return `## Link
\`src-shared/link\`. One session between two devices.

${table([
  ['record', size(MAX_RECORD), 'the largest Noise message; large records make bulk fast'],
  ['open streams, each side', count(L.maxIncomingStreams), 'a browser behind a forward opens hundreds'],
  ['streams before the first MAX_STREAMS', count(INITIAL_STREAMS), 'protocol: the first terminal needs no round trip'],
  ['credit before the first MAX_DATA', size(INITIAL_DATA), 'protocol: the floors of those streams'],
  ['floor of each stream and direction', size(FLOOR_CREDIT), 'protocol: no stream starves'],
  [
    'stream window',
    `${size(L.streamWindow)} to ${size(L.maxStreamWindow)}`,
    '10 Mbit/s at 200 ms at once, 1 Gbit/s at 130 ms after growth',
  ],
  ['session window', size(L.sessionWindow), 'all unread bytes'],
  ['reserved for interactive streams', size(L.interactiveReserve), "bulk can't take a terminal's credit"],
  [
    'send buffer of a stream, of a terminal',
    `${size(L.sendBuffer)}, ${size(TERMINAL_SEND_BUFFER)}`,
    'an interrupt waits for what a terminal has there',
  ],
  [
    'unacknowledged bytes',
    `${size(L.maxRetained)}, ${size(L.retainedReserve)} of it interactive`,
    'sent again after a lost path',
  ],
  ['unacknowledged records of a path', count(MAX_UNACKNOWLEDGED), 'an honest side acknowledges every fourth'],
  [
    'one write',
    `${size(L.bulkWrite)}; ${size(L.interactiveWrite)} with an interactive stream`,
    'a keystroke waits behind one write',
  ],
  ['turn of a stream', size(QUANTUM), 'fair shares without small frames'],
  ['acknowledgement', `${count(L.ackRecords)} records, ${size(L.ackBytes)} or ${time(L.ackDelay)}`],
  ['waiting datagrams', `${size(L.datagramBytes)}, ${time(L.datagramAge)}`, 'a late one is worthless'],
  ['unsettled paths', count(MOST_DEAD_PATHS), 'a session may try for ten minutes'],
  [
    'PING without, with a stream',
    `${time(L.keepAlive)}, ${time(L.activePing)}`,
    'proxies forget idle connections after 60 s',
  ],
  [
    'doubtful, then lost',
    `${time(L.doubtfulAfter)}, ${time(L.lostAfter)}`,
    'others are dialed at once; a slow path may return',
  ],
  [' path proves itself within', time(L.offerWait)],
  [
    'session without a path',
    `${time(L.pathLossGrace)}; ${time(L.idleGrace)} without a stream`,
    'sleep, travel, restarts',
  ],
  ['wait for the acknowledgement of CLOSE', time(L.closeWait)],
])}

### Credit
Only reading returns credit. Outstanding credit never exceeds the session window \`W\`, in three
parts:

1. **Floors** for all \`N\` = ${count(streams)} streams that may exist. A stream has its floor from its first frame
   and gets it back when its own reader reads, whatever other streams hold. No deadlock is possible.
2. **Reserve** \`R\`, granted only to streams of kinds \`pty\`, \`message\` and \`rpc\`.
3. **Rest**, \`W − N · floor − R\` = ${size(sharedCredit(L) - L.interactiveReserve)}, first come, first served.

Normal and bulk streams hold at most their floors and the rest. With all of it unread, a terminal
still has its floor and the reserve. MAX_DATA bounds a dishonest sender and never stops an honest
one. A window doubles when a quarter of it is read within half a round trip. Normal and bulk writers
stop at the unacknowledged limit less its interactive part.

### Flight
Every queued byte delays a keystroke. Each side measures, for each path, the delivery rate and the
least round trip, and keeps at most \`rate × (least round trip + allowance)\` in flight.

| | with an interactive stream | without |
| --- | --- | --- |
| allowance | ${100 * flight('TYPING.share')} % of the round trip, at least ${time(flight('TYPING.slack'))} | ${100 * flight('ALONE.share')} % (at most ${time(flight('MOST_SHARE'))}), at least ${time(flight('ALONE.slack'))} |
| factor on it, steered by the measured queue | ${flight('LEAST_FACTOR')} to ${flight('TYPING.most')} | ${flight('LEAST_FACTOR')} to ${flight('ALONE.most')} |

- The factor grows by ${flight('FACTOR_STEP')} in a round trip whose queue was below ${flight('SHORT_QUEUE')} of the allowance or whose
  rate fell below ${flight('STALLED')} without a queue (losses). It shrinks above ${flight('LONG_QUEUE')}.
- A path starts with ${size(flight('FIRST_WINDOW'))}, doubles each round trip until rate or delay says that it is full, and
  starts again after ${time(flight('PAUSE'))} of little use.
- Above ${time(flight('LONG_PATH'))} sending is paced at ${flight('PACING_GAIN')} × the rate. Below, at most ${size(flight('NEARBY_TYPING'))} per
  millisecond are in flight while someone types, because buffers of sockets delay keys.
- A record takes at most 1/${flight('RECORDS_PER_WINDOW')} of the window, 1/${flight('RECORDS_PER_WINDOW_NEARBY')} on a short path, and at least ${size(flight('LEAST_RECORD'))}.

### Worst case of a session

    unread, in blocks half full     2 · ${size(L.sessionWindow)} + 128 · ${size(BLOCK_SIZE)}
    unacknowledged                  ${size(L.maxRetained)}
    streams                         ${count(streams)} · ${size(STREAM_OBJECTS)} (objects and params, measured)
    records                         ${count(MAX_UNACKNOWLEDGED)} · ${RECORD_FACTS} B
    datagrams, paths, buffers       2.3 MiB
    session                         ${about(SESSION_WORST)} + writers · (${size(L.sendBuffer + BLOCK_SIZE)} + one write)

Only a paired peer with a thousand accepted, unread streams can reach it. Our own services have one
write of at most ${size(BLOCK_SIZE)} in hand. An idle session takes about 10 KiB (measured). A process keeps at
most 256 free blocks and frees those  for ${time(sourceConstant('src-shared/bytes/pool-trimmer.ts', 'INTERVAL'))}.

## Handshakes and links
\`src-shared/handshake\`, \`src-main/agent/links\`

${table([
  ['message 1, message 2', size(MAX_HANDSHAKE_MESSAGE), 'version 1 needs less than 400 B'],
  [
    'remembered handshakes',
    `${count(sourceConstant('src-shared/handshake/replay-memory.ts', 'PAIRS_PER_PEER'))} of each of ${count(sourceConstant('src-shared/handshake/replay-memory.ts', 'PEERS'))} peers`,
    "one peer can't push out another's",
  ],
  [
    'unconfirmed handshakes',
    `${count(sourceConstant('src-main/agent/links/incoming-handshakes.ts', 'MAX_UNCONFIRMED_PER_PEER'))} of a peer, ${count(sourceConstant('src-main/agent/links/incoming-handshakes.ts', 'MAX_UNCONFIRMED'))} in all, per transport`,
    'a replay costs two Diffie-Hellman and a session',
  ],
  ['wait for the first record', time(sourceConstant('src-main/agent/links/incoming-handshakes.ts', 'CONFIRM_TIMEOUT'))],
  [
    'sessions of a peer',
    `1 in use, ${count(sourceConstant('src-main/agent/links/link-table.ts', 'MOST_PER_PEER'))} in all`,
    'a displaced one ends with its streams',
  ],
  ['session without a stream', time(sourceConstant('src-main/agent/links/link-table.ts', 'IDLE_LIMIT'))],
])}`;
}
