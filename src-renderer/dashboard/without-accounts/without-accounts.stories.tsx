import { text } from '../../locale/index.ts';
import { Pressing, type Story } from '../../stories/index.ts';
import type { KeptNames } from '../devices/index.ts';
import type { Route } from '../router/index.ts';
import { StoryFrame } from '../story-frame.tsx';

const NEW: KeptNames = { own: undefined, paired: new Map() };
const PAIRED: KeptNames = {
  own: 'T05KE5QQRF'.padEnd(56, '7'),
  paired: new Map([
    ['HJKMNPQRST'.padEnd(56, '7'), 'office'],
    ['YR5K8ZT2M4'.padEnd(56, '7'), 'Build server in the cellar'],
  ]),
};

/** The relay lets this browser in no more. */
const REMOVED: KeptNames = { ...PAIRED, isRemoved: true };

function frame(kept: KeptNames, route: Route = { page: 'home' }): Story['render'] {
  return () => <StoryFrame route={route} relay={{}} accounts={false} kept={kept} />;
}

/** Stories of a relay without accounts. */
export const WITHOUT_ACCOUNTS_STORIES: readonly Story[] = [
  { name: 'without-accounts/start', frame: 'none', render: frame(NEW) },
  { name: 'without-accounts/start, paired', frame: 'none', render: frame(PAIRED) },
  { name: 'without-accounts/start, removed', frame: 'none', render: frame(REMOVED) },
  {
    name: 'without-accounts/dialog, forget',
    frame: 'none',
    render: () => <Pressing steps={[text('own.forget')]}>{frame(PAIRED)()}</Pressing>,
  },
  { name: 'without-accounts/help', frame: 'none', render: frame(NEW, { page: 'docs' }) },
];
