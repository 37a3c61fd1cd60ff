import { MOST_LISTED, type AppApiClient, type CallInput, type MessageView } from '#shared/app-api/index.ts';

/** Choice and order of messages. */
type Wanted = Omit<CallInput<'messages.list'>, 'before' | 'limit'>;

/** Returns messages page by page, each once, with those that come in the meantime. @param most number after which it ends */
export async function* eachMessage(client: AppApiClient, wanted: Wanted, most = Infinity): AsyncGenerator<MessageView> {
  const seen = new Set<string>();
  let before: string | undefined;
  for (;;) {
    const limit = Math.min(most - seen.size, MOST_LISTED);
    if (limit <= 0) return;
    const page = await client.call('messages.list', { ...wanted, ...(before === undefined ? {} : { before }), limit });
    // One between two agents of this machine is in both boxes.
    const fresh = page.filter(({ direction, id }) => !seen.has(`${direction} ${id}`));
    for (const message of fresh) {
      seen.add(`${message.direction} ${message.id}`);
      yield message;
    }
    if (page.length < limit || fresh.length === 0) return;
    before = page.at(-1)?.id;
  }
}

/** Returns at most `limit` messages. `hasMore`: there are others. */
export async function listMessages(
  client: AppApiClient,
  wanted: Wanted,
  limit: number,
): Promise<Readonly<{ messages: readonly MessageView[]; hasMore: boolean }>> {
  const messages: MessageView[] = [];
  for await (const message of eachMessage(client, wanted, limit + 1)) messages.push(message);
  return { messages: messages.slice(0, limit), hasMore: messages.length > limit };
}
