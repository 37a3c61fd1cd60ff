import type { AppApiClient } from '#shared/app-api/index.ts';
import { useApp } from './state.ts';

/** Shortest time between two questions for the conversations, ms. */
const PACE = 500;

/**
 * Stores the conversations of the page Messages, and asks for them again when a message or the number of peers has changed. An agent without messages
 * has none.
 * @returns a function that stops following
 */
export function followConversations(api: AppApiClient): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  let isAsking = false;
  let isStale = false;
  let peers: number | undefined;
  const ask = async (): Promise<void> => {
    if (isAsking) {
      isStale = true;
      return;
    }
    isAsking = true;
    isStale = false;
    try {
      const conversations = await api.call('messages.conversations', {});
      if (!isStopped) useApp.setState({ conversations });
    } catch {
      // Those that are known stay. The page says what it can't load.
    }
    isAsking = false;
    if (isStale) later();
  };
  const later = (): void => {
    if (isStopped) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void ask();
    }, PACE);
  };
  const offs = [
    api.on('message.changed', later),
    api.on('peers.changed', ({ length }) => {
      if (peers !== undefined && peers !== length) later();
      peers = length;
    }),
  ];
  void ask();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    for (const off of offs) off();
  };
}
