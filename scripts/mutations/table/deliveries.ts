import type { Guard } from '../guard.ts';

const DELIVERIES = 'integration/messages/deliveries.test.ts';
const QUEUE = 'unit/agent/messages/deliveries.test.ts';
const FRAME = 'unit/agent/messages/frame.test.ts';

/** Guards of messages to agents that act. */
export const MESSAGE_DELIVERIES: readonly Guard[] = [
  {
    properties: ['S-INTAKE-1'],
    file: 'src-main/agent/messages/module.ts',
    guard: "policy.decision(device, 'prompt')",
    without: "policy.decision(device, 'message')",
    tests: [
      [DELIVERIES, 'never gets a message of a peer that may only write'],
      [DELIVERIES, 'gets no message of a peer that may only write'],
    ],
  },
  {
    properties: ['S-INTAKE-1'],
    file: 'src-main/agent/messages/delivery/agent-deliveries.ts',
    guard: "if (decision === 'deny' || (decision === 'ask' && !isAsked && !isReleased && !wasTaken))",
    without: 'if (decision === undefined)',
    tests: [[QUEUE, 'a right that is taken away while a message waits for its turn keeps it from the program']],
  },
  {
    properties: ['S-INTAKE-1'],
    file: 'src-main/agent/messages/delivery/agent-deliveries.ts',
    guard: 'if (this.#options.inbox.get(id)?.from.device === peerId) this.#released.delete(id);',
    without: "if (id === '') this.#released.delete(id);",
    tests: [
      [
        QUEUE,
        'a release is an approval of one message, which ends when the person decides on all, or the disk refuses it',
      ],
    ],
  },
  {
    properties: ['S-INTAKE-1'],
    file: 'src-main/agent/messages/delivery/agent-deliveries.ts',
    guard: 'return isDeclined && (undecided === undefined ||',
    without: 'return isDeclined && (undecided === null ||',
    tests: [
      [DELIVERIES, 'gets no declined message before its release, and those of the pause once all are allowed'],
      [
        QUEUE,
        'a person who is asked and declines keeps the message in the inbox; the next one follows; a release delivers it',
      ],
    ],
  },
  {
    properties: ['S-INTAKE-2'],
    file: 'src-main/agent/messages/delivery/delivery-text.ts',
    guard: 'withoutCommands(written)',
    without: 'written',
    tests: [[FRAME, 'no word of %j is a command for OpenClaw']],
  },
  {
    properties: ['S-INTAKE-2'],
    file: 'src-main/agent/messages/delivery/delivery-text.ts',
    guard: 'From: ${showHidden(from)}',
    without: 'From: ${from}',
    tests: [[FRAME, 'no name, such as %j, is outside of the frame, ends it, begins a line or is a command']],
  },
  {
    properties: ['S-INTAKE-2'],
    file: 'src-main/agent/messages/delivery/openclaw-deliverer.ts',
    guard: '`agent:${agent}:clawreach:${peerId}:${thread}`',
    without: '`agent:${agent}:clawreach:${thread.slice(0, peerId.length)}`',
    tests: [[DELIVERIES, 'gets a message in a frame and a session of its own, and its answer goes back']],
  },
  {
    properties: ['S-INTAKE-4'],
    file: 'src-node/webhook/post-json.ts',
    guard: 'if (!isWebhook(url))',
    without: "if (url === '')",
    tests: [[DELIVERIES, 'at %s is refused when it is set, and when it is called']],
  },
  {
    properties: ['S-INTAKE-4'],
    file: 'src-node/webhook/post-json.ts',
    guard: 'if (bytes <= answerBytes) {',
    without: 'if (bytes >= 0) {',
    tests: [[DELIVERIES, 'that answers slowly or without end is given up']],
  },
  {
    properties: ['S-INTAKE-4'],
    file: 'src-main/agent/messages/delivery/webhook-deliverer.ts',
    guard: 'if (answer.status < 200 || answer.status > 299)',
    without: 'if (answer.status < 200)',
    tests: [[DELIVERIES, 'that fails gets the message again, and that redirects is not followed']],
  },
];
