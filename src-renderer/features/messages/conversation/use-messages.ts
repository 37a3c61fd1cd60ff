import { useCallback, useEffect, useRef, useState } from 'react';
import type { MessageView } from '#shared/app-api/index.ts';
import { useApi, type ConversationKey } from '../../../store/index.ts';
import { belongsTo } from '../conversation-key.ts';
import { applyMessage, mergeNewest, prependPage, type Blocks } from './blocks.ts';

/** Messages loaded at a time. */
const PAGE = 50;

export type LoadedMessages = Readonly<{
  /** Undefined before the first answer. */
  blocks: Blocks | undefined;
  /** True if the agent has older ones. */
  hasOlder: boolean;
  /** Error of the last attempt to load; undefined without one. */
  error: unknown;
  /** Loads a page of older messages; one at a time. */
  loadOlder(): void;
  /** Loads the newest ones again. */
  reload(): void;
}>;

/** Loads the messages of a conversation, the newest first, and keeps them up to date. A component keeps one conversation. */
export function useMessages({ agent, peerId, other }: ConversationKey): LoadedMessages {
  const api = useApi();
  const [blocks, setBlocks] = useState<Blocks>();
  const [hasOlder, setHasOlder] = useState(false);
  const [error, setError] = useState<unknown>();
  const isLoading = useRef(false);
  const load = useCallback((): void => {
    const input = { agent, peer: peerId, other, limit: PAGE };
    api.call('messages.list', input).then(
      (page) => {
        setError(undefined);
        setBlocks((before) => (before === undefined ? prependPage([], page) : mergeNewest(before, page)));
        setHasOlder((before) => before || page.length === PAGE);
      },
      (reason: unknown) => setError(reason),
    );
  }, [api, agent, peerId, other]);
  useEffect(load, [load]);
  useEffect(
    () =>
      api.on('message.changed', (message: MessageView) => {
        if (belongsTo(message, { agent, peerId, other }))
          setBlocks((before) => (before === undefined ? before : applyMessage(before, message)));
      }),
    [api, agent, peerId, other],
  );
  const oldest = blocks?.[0]?.[0]?.id;
  const loadOlder = useCallback((): void => {
    if (isLoading.current || oldest === undefined) return;
    isLoading.current = true;
    api.call('messages.list', { agent, peer: peerId, other, limit: PAGE, before: oldest }).then(
      (page) => {
        isLoading.current = false;
        setError(undefined);
        setHasOlder(page.length === PAGE);
        setBlocks((before) => prependPage(before ?? [], page));
      },
      (reason: unknown) => {
        isLoading.current = false;
        setError(reason);
      },
    );
  }, [api, agent, peerId, other, oldest]);
  return { blocks, hasOlder, error, loadOlder, reload: load };
}
