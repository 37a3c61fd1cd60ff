import type { ConversationView, MessageView } from '#shared/app-api/index.ts';
import type { ConversationKey } from '../../store/index.ts';

/** Returns a text that names a conversation. The functions of this file are pure. */
export function keyText({ agent, peerId, other }: ConversationKey): string {
  return `${agent} ${peerId} ${other}`;
}

/** Reports whether two keys name the same conversation. */
export function isSameConversation(one: ConversationKey, other: ConversationKey): boolean {
  return keyText(one) === keyText(other);
}

/** Reports whether a message belongs to a conversation. */
export function belongsTo({ agent, peerId, other }: MessageView, key: ConversationKey): boolean {
  return isSameConversation({ agent, peerId, other }, key);
}

/** Returns the conversations in which a name, the machine or the beginning of the last message contains all words of the query. */
export function searchConversations(
  conversations: readonly ConversationView[],
  query: string,
  machineOf: (peerId: string) => string,
): readonly ConversationView[] {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return conversations;
  return conversations.filter(({ agent, other, peerId, last }) => {
    const searched = `${agent} ${other} ${machineOf(peerId)} ${last.body}`.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
}
