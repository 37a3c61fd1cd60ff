import { GATEWAY_TERMINAL_LIMITS as TERMINAL } from '../../src-main/agent/openclaw/terminals/limits.ts';
import { MOST_GATEWAYS } from '../../src-main/agent/openclaw/gateways/book.ts';
import {
  MOST_ARGUMENTS,
  MOST_COMMAND_TEXT,
  MOST_PARAMS,
  NODE_LIMITS as NODE,
} from '../../src-main/agent/openclaw/node/limits.ts';
import { OPERATOR_LIMITS as OPERATOR } from '../../src-main/agent/openclaw/operator/limits.ts';
import { PROMPT_LIMITS as PROMPT } from '../../src-main/agent/openclaw/prompts/limits.ts';
import { GATEWAY_SOCKET_LIMITS as SOCKET } from '../../src-node/openclaw/pinned-socket.ts';
import { MOST_HASHED } from '../../src-node/programs/file-identity.ts';
import {
  MAX_ANSWER_CHARACTERS,
  MAX_LINE_BYTES,
  MAX_PROMPT_CHARACTERS,
} from '../../src-shared/openclaw/prompts/limits.ts';
import { about, count, rate, size, table, time } from './format.ts';
import { sourceConstant } from './source-constant.ts';

export function openclawSection(): string {
  return `## OpenClaw

${table([
  ['gateways', count(MOST_GATEWAYS), 'two connections each'],
  ['bytes before this side has sent anything', size(SOCKET.challenge), 'a challenge has 150'],
  ['bytes until the welcome; message', `${size(SOCKET.hello)}; ${size(SOCKET.message)}`, "the gateway's own limits"],
  ['unsent bytes', `${size(SOCKET.waiting)}, then the connection ends`],
  [
    'retry',
    `full jitter up to ${time(sourceConstant('src-main/agent/openclaw/gateways/retry-schedule.ts', 'FIRST'))}, doubled to ${time(sourceConstant('src-main/agent/openclaw/gateways/retry-schedule.ts', 'LONGEST'))}; ${time(sourceConstant('src-main/agent/openclaw/gateways/retry-schedule.ts', 'PAIRING'))} while an approval is pending`,
  ],
  [
    'unanswered requests',
    `${count(sourceConstant('src-main/agent/openclaw/gateways/channel.ts', 'MOST_REQUESTS'))}, ${time(sourceConstant('src-main/agent/openclaw/gateways/channel.ts', 'USUAL_TIMEOUT'))} each`,
  ],
  [
    'waiting requests',
    `${OPERATOR.waitingPerGateway} of a gateway, ${OPERATOR.waiting} in all; ${size(OPERATOR.bytesOfOne)} each`,
    'all fit into one message to a window',
  ],
  ['requests of an unreachable gateway', time(OPERATOR.away)],
  [
    'node: commands, programs, waiting runs',
    `${NODE.invokes}, ${NODE.runs}, ${NODE.waiting}`,
    'per gateway; beyond: `UNAVAILABLE`',
  ],
  [
    'node: params; arguments; command as shown',
    `${size(MOST_PARAMS)}; ${count(MOST_ARGUMENTS)}; ${count(MOST_COMMAND_TEXT)} characters`,
    'a longer one is refused, never cut',
  ],
  ['node: new questions', rate(NODE.questions), 'beyond it nothing runs'],
  ['node: output of a program', `${count(NODE.output)} characters`, 'the rest is counted'],
  ['node: time of a command', `${time(NODE.timeout)}, ${time(NODE.longestTimeout)} at most`],
  ['node: file read for SHA-256', size(MOST_HASHED), 'larger ones never count for “always”'],
  [
    'prompts: streams, runs',
    `${PROMPT.streamsPerPeer}, ${PROMPT.runsPerPeer} of a peer; ${PROMPT.streams}, ${PROMPT.runs} in all`,
    'a model is expensive',
  ],
  ['prompts: requests of a peer', rate(PROMPT.requests)],
  ['prompt; answer', `${count(MAX_PROMPT_CHARACTERS)}; ${count(MAX_ANSWER_CHARACTERS)} characters`],
  [
    'gateway terminal: unread output; input',
    `${count(TERMINAL.unread)}; ${count(TERMINAL.input)} characters`,
    'the gateway keeps the rest',
  ],
  ['gateway terminal: left running', time(TERMINAL.left), "the gateway's own time"],
])}

    gateway = 2 connections · ${size(SOCKET.message)}, parsed one message at a time
    prompts of a peer = ${PROMPT.streamsPerPeer} · ${size(MAX_LINE_BYTES)} + ${PROMPT.runsPerPeer} · 4 B · ${count(MAX_ANSWER_CHARACTERS)} = ${about(PROMPT.streamsPerPeer * MAX_LINE_BYTES + PROMPT.runsPerPeer * 4 * MAX_ANSWER_CHARACTERS)}`;
}
