import { describe, expect, it } from 'vitest';
import type { ConversationView, MessageView } from '#shared/app-api/index.ts';
import { searchConversations } from '#renderer/features/messages/conversation-key.ts';
import { applyMessage, BLOCK_SIZE, mergeNewest, prependPage } from '#renderer/features/messages/conversation/blocks.ts';

const message = (id: number, change: Partial<MessageView> = {}): MessageView =>
  ({ id: `${id}`, state: 'queued', body: `${id}`, ...change }) as MessageView;
/** A page as the agent answers it, newest first. */
const page = (from: number, to: number): MessageView[] =>
  Array.from({ length: to - from + 1 }, (_, index) => message(to - index));
const ids = (blocks: readonly (readonly MessageView[])[]): number[] => blocks.flat().map(({ id }) => Number(id));

describe('the blocks of a conversation', () => {
  it('are in order, and have each message once', () => {
    const blocks = prependPage(prependPage([], page(6, 10)), page(1, 6));
    expect(ids(blocks)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('stay the same where nothing has changed', () => {
    const blocks = prependPage(prependPage([], page(6, 10)), page(1, 5));
    const changed = applyMessage(blocks, message(7, { state: 'read' }));
    expect(changed[0]).toBe(blocks[0]);
    expect(changed.flat().find(({ id }) => id === '7')?.state).toBe('read');
    expect(ids(changed)).toEqual(ids(blocks));
  });

  it('get a new one at their end, in blocks that stay small', () => {
    let blocks = prependPage([], page(1, BLOCK_SIZE));
    blocks = applyMessage(blocks, message(BLOCK_SIZE + 1));
    expect(blocks.map(({ length }) => length)).toEqual([BLOCK_SIZE, 1]);
    expect(ids(applyMessage([], message(1)))).toEqual([1]);
  });

  it('drop what is old when the newest page does not reach it, so that none is missing in between', () => {
    const blocks = prependPage([], page(1, 5));
    expect(ids(mergeNewest(blocks, page(4, 8)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(ids(mergeNewest(blocks, page(7, 9)))).toEqual([7, 8, 9]);
  });
});

describe('the search for a conversation', () => {
  const views = [
    { agent: 'coder', other: 'reviewer', peerId: 'A', last: message(1, { body: 'Pull request 412' }) },
    { agent: 'me', other: 'archivist', peerId: 'B', last: message(2, { body: 'Done' }) },
  ] as unknown as ConversationView[];
  const found = (query: string): string[] =>
    searchConversations(views, query, (peerId) => (peerId === 'A' ? 'office' : 'nas')).map(({ other }) => other);

  it('looks at agents, machine and the last message, for all words', () => {
    expect(found(' ')).toEqual(['reviewer', 'archivist']);
    expect(found('OFFICE pull')).toEqual(['reviewer']);
    expect(found('nas')).toEqual(['archivist']);
    expect(found('nas pull')).toEqual([]);
  });
});
