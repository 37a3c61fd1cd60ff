import { toUtf8 } from '#shared/bytes/index.ts';
import type { Story } from '../../stories/index.ts';
import { PageInfo, PageVersion } from '../page-facts/index.ts';
import { STORY_FACTS } from '../story-data.ts';
import { Feed, GuestPage } from './guest-page.tsx';
import { GuestTerminal } from './guest-terminal.tsx';

const ENTERED = { kind: 'in', until: Date.now() + 3_600_000, host: 'office' } as const;

function shown(role: 'view' | 'type', isLost = false): Story['render'] {
  const feed = new Feed();
  feed.push({ type: 'screen', cols: 80, rows: 24 });
  feed.push({
    type: 'output',
    bytes: toUtf8('\u001B[32mada@office\u001B[0m:~/app$ npm test\r\n\r\n  42 passed\r\n$ '),
  });
  return () => (
    <GuestTerminal
      entered={{ ...ENTERED, role }}
      isLost={isLost}
      feed={feed}
      foot={<PageVersion facts={STORY_FACTS} />}
      onType={() => undefined}
      onLeave={() => undefined}
    />
  );
}

function storyPage(): PageInfo {
  const page = new PageInfo(() => Promise.resolve(STORY_FACTS));
  void page.load();
  return page;
}

/** Stories of the page of a share link. */
export const GUEST_STORIES: readonly Story[] = [
  {
    name: 'guest/name',
    frame: 'none',
    render: () => <GuestPage page={storyPage()} open={() => new Promise(() => undefined)} />,
  },
  {
    name: 'guest/waiting',
    frame: 'none',
    render: () => (
      <GuestPage
        first={{ kind: 'waiting', words: ['amber', 'violin', 'harbor', 'summit'] }}
        open={() => new Promise(() => undefined)}
      />
    ),
  },
  { name: 'guest/typing', frame: 'none', render: shown('type') },
  { name: 'guest/watching', frame: 'none', render: shown('view', true) },
  {
    name: 'guest/declined',
    frame: 'none',
    render: () => (
      <GuestPage first={{ kind: 'over', code: 'pairing.refused' }} open={() => new Promise(() => undefined)} />
    ),
  },
  { name: 'guest/link incomplete', frame: 'none', render: () => <GuestPage open={undefined} /> },
];
