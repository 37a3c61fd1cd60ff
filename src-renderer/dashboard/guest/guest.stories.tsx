import { useState, type ReactElement } from 'react';
import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import type { GuestRole } from '#shared/share-link/index.ts';
import type { Story } from '../../stories/index.ts';
import { PageInfo, PageVersion } from '../page-facts/index.ts';
import { STORY_FACTS } from '../story-data.ts';
import { Feed, GuestPage } from './guest-page.tsx';
import { GuestTerminal } from './guest-terminal.tsx';

const ENTERED = { kind: 'in', until: Date.now() + 3_600_000, host: 'office' } as const;

const OUTPUT = '\u001B[32mada@office\u001B[0m:~/app$ npm test\r\n\r\n  42 passed\r\n$ ';
/** Output whose last line is long, so that the cursor is far to the right. */
const WIDE = `${OUTPUT}tar --create --gzip --file /var/backups/app-2026-11.tar.gz --exclude node_modules /srv/app/releases/current`;

type ShownProps = Readonly<{ announced: GuestRole; isLost?: boolean; cols?: number; output?: string }>;

function Shown({ announced, isLost = false, cols = 80, output = OUTPUT }: ShownProps): ReactElement {
  const [feed] = useState(() => {
    const first = new Feed();
    first.push({ type: 'screen', cols, rows: 24 });
    first.push({ type: 'output', bytes: toUtf8(output) });
    return first;
  });
  return (
    <GuestTerminal
      entered={{ ...ENTERED, role: announced }}
      isLost={isLost}
      feed={feed}
      foot={<PageVersion facts={STORY_FACTS} />}
      // Tests of the story read what was typed.
      onType={(bytes) => Object.assign(globalThis, { guestTyped: fromUtf8(bytes) })}
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
    render: () => <GuestPage announced="type" page={storyPage()} open={() => new Promise(() => undefined)} />,
  },
  {
    name: 'guest/waiting',
    frame: 'none',
    render: () => (
      <GuestPage
        announced="view"
        first={{ kind: 'waiting', words: ['amber', 'violin', 'harbor', 'summit'] }}
        open={() => new Promise(() => undefined)}
      />
    ),
  },
  { name: 'guest/typing', frame: 'none', render: () => <Shown announced="type" /> },
  { name: 'guest/wide', frame: 'none', render: () => <Shown announced="type" cols={144} /> },
  {
    name: 'guest/wide, cursor at the right',
    frame: 'none',
    render: () => <Shown announced="type" cols={144} output={WIDE} />,
  },
  { name: 'guest/watching', frame: 'none', render: () => <Shown announced="view" isLost /> },
  {
    name: 'guest/declined',
    frame: 'none',
    render: () => (
      <GuestPage
        announced="view"
        first={{ kind: 'over', code: 'pairing.refused' }}
        open={() => new Promise(() => undefined)}
      />
    ),
  },
  { name: 'guest/link incomplete', frame: 'none', render: () => <GuestPage announced="view" open={undefined} /> },
];
