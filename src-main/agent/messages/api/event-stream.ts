import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '#shared/clock.ts';
import { MESSAGE_API_LIMITS } from '#shared/message-api/index.ts';
import type { AgentMessages, NumberedChange } from './agent-messages.ts';
import { beginEvents, cursorText, drained, eventText } from './api-reply.ts';
import type { Holder } from './hand-out-queue.ts';

/** Bytes of a stream that its program hasn't read, from which on it is closed. It continues with the last event that it has read. */
const MOST_UNREAD = 4 * 1024 * 1024;
/** Messages that are read from the disk at once. */
const AT_ONCE = 16;

/**
 * Streams an agent's messages, the states of those that it has sent, and files that have arrived or can't, until the signal is aborted. Hands out at most
 * 100 messages ahead of their acknowledgements. A stream that continues, and may have missed states and files, begins with `reset`. Any other begins with the
 * cursor alone, so that a program whose stream breaks before the first event can continue it.
 * @param handsOut false: no messages
 * @param last cursor of the last event that the program has, if it continues a stream
 */
export async function streamEvents(
  response: ServerResponse,
  options: Readonly<{
    messages: AgentMessages;
    agent: string;
    clock: Clock;
    holder: Holder;
    handsOut: boolean;
    last: string | undefined;
    signal: AbortSignal;
  }>,
): Promise<void> {
  const { messages, agent, clock, holder, handsOut, last, signal } = options;
  const queue = messages.queueOf(agent);
  const write = (text: string): void => {
    if (signal.aborted) return;
    response.write(text);
    if (response.writableLength > MOST_UNREAD) response.destroy();
  };
  const writeChange = ({ event, number, change }: NumberedChange): void =>
    write(eventText(event, messages.cursor(number), change));
  let timer: Timer | undefined;
  const ping = (): void => {
    write(': ping\n\n');
    timer = clock.setTimer(MESSAGE_API_LIMITS.ping, ping);
  };
  let wake = Promise.withResolvers<void>();
  const offChange = queue.onChange(() => wake.resolve());
  const after = messages.numberOf(last);
  beginEvents(response);
  ping();
  if (last === undefined) write(cursorText(messages.cursor()));
  else {
    const { changes, isWhole } = messages.changesAfter(agent, last);
    // Without a cursor: a stream that breaks off here is told again.
    if (!isWhole) write(eventText('reset', undefined, {}));
    for (const change of changes) writeChange(change);
  }
  const offChanges = messages.onChange(agent, writeChange);
  signal.addEventListener('abort', () => wake.resolve(), { once: true });
  try {
    while (!signal.aborted) {
      const room = handsOut ? MESSAGE_API_LIMITS.messages - queue.heldBy(holder) : 0;
      const missedAfter = last === undefined ? undefined : after;
      const handed =
        room <= 0 ? [] : await messages.handOut(agent, holder, { most: Math.min(room, AT_ONCE), missedAfter });
      for (const { number, message } of handed) write(eventText('message', messages.cursor(number), message));
      await drained(response, signal);
      if (handed.length > 0) continue;
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
  } finally {
    timer?.cancel();
    offChange();
    offChanges();
  }
}
