import { PlatformError } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Pressing, type Press, type Story } from '../../stories/index.ts';
import type { Route } from '../router/index.ts';
import { ACCOUNT, RELAY, STORY_RELAY } from '../story-data.ts';
import { StoryFrame } from '../story-frame.tsx';
import type { StoryRelay } from '../story-client.ts';
import type { LinkUse } from './link-token.ts';

const TOKEN = 'A'.repeat(43);

const SIGNED_OUT: StoryRelay = {
  ...STORY_RELAY,
  'account.get': new PlatformError('platform.signed-out', 'signed out'),
  'auth.lookUpSignUp': {},
  'auth.signIn': { status: 'passkey-needed', ticket: TOKEN, expiresAt: Date.now() + 300_000 },
  'auth.signUp': { status: 'verify' },
  'auth.reset': {},
  'invitations.lookUp': {
    id: 'eeeeeeee-0000-4000-8000-000000000003',
    projectName: 'Analytical Engine Works, laboratory in the north wing',
    invitedBy: 'Charles Babbage',
    picture: null,
    email: 'ada.lovelace@example.org',
    createdAt: Date.now() - 60_000,
    expiresAt: Date.now() + 86_400_000,
  },
};
const SIGNED_IN: StoryRelay = { ...SIGNED_OUT, 'account.get': ACCOUNT };
const OPEN: StoryRelay = { ...SIGNED_OUT, 'relay.get': { ...RELAY, signUp: 'open' } };
const USED = new PlatformError('account.link', 'used');

const EMAIL = { fill: text('auth.email'), value: 'ada@example.org' } as const;
const PASSWORD = { fill: text('auth.password'), value: 'a sentence that is long' } as const;

type Given = Readonly<{ relay?: StoryRelay; use?: LinkUse; steps?: readonly Press[]; page?: 'auth' | 'reset' }>;

function story(name: string, { relay = SIGNED_OUT, use, steps = [], page = 'auth' }: Given): Story {
  const route: Route = { page };
  return {
    name: `dashboard/auth, ${name}`,
    frame: 'none',
    render: () => (
      <Pressing steps={steps}>
        <StoryFrame route={route} relay={relay} link={use === undefined ? undefined : { use, token: TOKEN }} />
      </Pressing>
    ),
  };
}

/** Stories of signing in and up, and of what one-time links are for. */
export const AUTH_STORIES: readonly Story[] = [
  story('first account', { use: 'sign-up', steps: [{ see: text('auth.sign-up.first') }] }),
  story('link used', { use: 'sign-up', relay: { ...SIGNED_OUT, 'auth.lookUpSignUp': USED } }),
  story('sign up', { relay: OPEN, steps: [text('auth.to-sign-up')] }),
  story('invited people only', { steps: [text('auth.no-account')] }),
  story('check mail', {
    relay: OPEN,
    steps: [
      text('auth.to-sign-up'),
      { fill: text('auth.name'), value: 'Ada Lovelace' },
      EMAIL,
      PASSWORD,
      text('auth.sign-up.create'),
      { see: text('auth.check-mail') },
    ],
  }),
  story('second factor', { steps: [EMAIL, PASSWORD, text('auth.sign-in'), { see: text('auth.second-factor') }] }),
  story('verify address', { use: 'verify' }),
  story('verify address, signed in', { use: 'verify', relay: SIGNED_IN }),
  story('invitation', { use: 'invite' }),
  story('invitation, signed in', { use: 'invite', relay: SIGNED_IN }),
  story('invitation over', { use: 'invite', relay: { ...SIGNED_OUT, 'invitations.lookUp': USED } }),
  story('reset, mail sent', {
    page: 'reset',
    steps: [EMAIL, text('auth.reset.send'), { see: text('auth.check-mail') }],
  }),
  story('new password', { page: 'reset', use: 'reset' }),
];
