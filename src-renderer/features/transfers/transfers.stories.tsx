import { useEffect, type ReactElement, type ReactNode } from 'react';
import { useApp, type AppState } from '../../store/index.ts';
import { EXAMPLE_BROWSER_FACTS, EXAMPLE_PEERS } from '../../stories/examples/index.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { EXAMPLE_TRANSFERS, manyTransfers } from './story-data.ts';
import { TransfersPage } from './transfers-page.tsx';

const FAILURES: StoryAnswers = {
  'transfers.get': async ({ id }) => {
    const transfer = useApp.getState().transfers?.find((one) => one.id === id) ?? EXAMPLE_TRANSFERS[0];
    if (transfer === undefined) throw new Error('no example');
    const failures = [
      { path: 'website/cache/index.html', code: 'file.gone' },
      { path: 'website/log/access.log', code: 'file.busy' },
    ];
    return { transfer, failures, path: null };
  },
};

/** Page whose rows with these contents are open. */
function Opened({ what }: Readonly<{ what: string }>): ReactElement {
  useEffect(() => {
    const row = [...document.querySelectorAll('li[data-transfer] button')].find(
      ({ textContent }) => textContent === what,
    );
    if (row instanceof HTMLElement) row.click();
  }, [what]);
  return <TransfersPage />;
}

function story(name: string, state: Partial<AppState>, answers: StoryAnswers = {}, page?: ReactNode): Story {
  return {
    name: `transfers/${name}`,
    render: () => page ?? <TransfersPage />,
    state: { peers: EXAMPLE_PEERS, place: { page: 'transfers' }, ...state },
    answers,
  };
}

export const TRANSFERS_STORIES: readonly Story[] = [
  story('every state', { transfers: EXAMPLE_TRANSFERS }),
  story('details', { transfers: EXAMPLE_TRANSFERS }, FAILURES, <Opened what="website" />),
  story('a thousand', { transfers: manyTransfers(1000) }),
  story('empty', { transfers: [] }),
  story('empty without machines', { transfers: [], peers: [] }),
  story('empty in a browser', { transfers: [], facts: { ...EXAMPLE_BROWSER_FACTS, ownsAgent: false } }),
  story('in a page', { transfers: EXAMPLE_TRANSFERS, facts: EXAMPLE_BROWSER_FACTS }),
  story('loading', { transfers: undefined, connection: 'connecting' }),
  story('connection lost', { transfers: EXAMPLE_TRANSFERS, connection: 'lost', lostAt: Date.now() - 90_000 }),
];
