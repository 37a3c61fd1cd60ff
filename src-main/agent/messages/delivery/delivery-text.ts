import { frameText } from '#shared/messages/index.ts';

/** Message of another agent, as a model gets it. */
export type DeliveredMessage = Readonly<{
  /** Agent here, and address of the writer as it is called here. */
  agent: string;
  from: string;
  /** ID of the writer's device; undefined if the writer is an agent of this machine. */
  deviceId: string | undefined;
  thread: string;
  media: string;
  /** True if the final answer is sent back. */
  isAnswered: boolean;
  body: string;
}>;

/**
 * Returns the text with which an agent at a gateway gets a message: who wrote it and how that is known, then its body in a frame. A slash at the beginning
 * of a word gets a backslash, since OpenClaw takes `/elevated` and others for settings wherever they are in a text.
 * @param random returns as many random bytes
 */
export function deliveryText(message: DeliveredMessage, random: (size: number) => Uint8Array): string {
  const { agent, from, deviceId, thread, media, isAnswered, body } = message;
  const known =
    deviceId === undefined
      ? 'an agent of this machine'
      : `known by the signature of the paired device ${deviceId}; which of its agents wrote is that device's word`;
  return [
    `A message for the agent "${agent}" came in by ClawReach.`,
    `From: ${from} (${known})`,
    `Thread: ${thread}`,
    ...(media === 'application/json' ? ['The text is JSON.'] : []),
    frameText(
      withoutCommands(body),
      random,
      ' Invisible characters are shown as codes, and a slash at the beginning of a word as \\/ .',
    ),
    isAnswered
      ? `Your final answer is sent back to ${from}.`
      : 'This is an answer to a message of yours. Nothing is sent back.',
  ].join('\n');
}

function withoutCommands(text: string): string {
  return text.replaceAll(/(^|\s)\//gmu, String.raw`$1\/`);
}
