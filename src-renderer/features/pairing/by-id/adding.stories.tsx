import type { AddingView, AgentStatus, ShellFacts } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { text } from '../../../locale/index.ts';
import { Pressing, type Story, type StoryAnswers } from '../../../stories/index.ts';
import { EXAMPLE_BROWSER_FACTS, EXAMPLE_STATUS } from '../../../stories/examples/index.ts';
import { AddingDialog } from './adding-dialog.tsx';

const DEVICE = 'CP5AZN7S3S1PH93DJTZY22HKBJ29TXNZS495Q97E6PX08KMRWCPQFG0A';

const WAITING: AddingView = {
  adding: 1,
  side: 'waiting',
  state: 'waiting',
  expiresAt: Date.now() + 9 * 60_000 + 41_000,
  other: null,
  problem: null,
};
const LINK = `clawreach://add?v=1&relay=wss%3A%2F%2Frelay.example.net%3A7474&key=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8&peer=${DEVICE}`;
const COMPARING: AddingView = {
  ...WAITING,
  state: 'comparing',
  other: {
    peerId: DEVICE,
    shortId: 'CP5AZN7',
    name: 'Ana’s laptop',
    safetyNumber: '30112 84471 90365 22718 66540 11983 75026 48890 31257 90044 18823 56619',
    words: ['amber', 'kitchen', 'orbit', 'velvet'],
  },
};

function story(
  name: string,
  labels: readonly string[],
  view: AddingView = WAITING,
  answers: StoryAnswers = {},
  status?: AgentStatus,
  facts?: ShellFacts,
  names: Readonly<Record<string, string>> = {},
): Story {
  let hasBegun = labels === PENDING;
  const begin = async (): Promise<AddingView> => {
    hasBegun = true;
    return view;
  };
  return {
    name: `adding/${name}`,
    render: () => {
      // When the story is shown again, the adding starts over: the previous cancel may have reached the next story.
      hasBegun = labels === PENDING;
      return (
        <Pressing steps={labels}>
          <AddingDialog onBack={() => undefined} onClose={() => undefined} />
        </Pressing>
      );
    },
    state: { status: status ?? EXAMPLE_STATUS, ...(facts && { facts }), labels: names },
    answers: {
      'adding.wait': begin,
      'adding.ask': begin,
      'adding.list': async () => (hasBegun ? [view] : []),
      'adding.answer': async ({ same }) => ({ ...view, state: same ? 'agreed' : 'failed' }),
      'adding.cancel': async () => {
        hasBegun = labels === PENDING;
        return {};
      },
      ...answers,
    },
  };
}

/** No presses: the adding had begun before the story. */
const PENDING: readonly string[] = [];
const WAIT = [text('adding.side.wait'), text('adding.wait.submit')];

export const ADDING_STORIES: readonly Story[] = [
  story('enter an id', []),
  story(
    'no relay',
    [],
    WAITING,
    {},
    { ...EXAMPLE_STATUS, relay: { ...EXAMPLE_STATUS.relay, url: null, state: 'none' } },
  ),
  story('show the id', [text('adding.side.wait')]),
  story('not an id', [text('adding.ask.submit')]),
  story('waiting', WAIT, { ...WAITING, link: LINK }),
  story(
    'browser waiting',
    WAIT,
    { ...WAITING, link: LINK },
    { 'adding.request': async () => ({}) },
    undefined,
    EXAMPLE_BROWSER_FACTS,
  ),
  story(
    'browser has asked',
    [...WAIT, text('adding.request')],
    { ...WAITING, link: LINK },
    { 'adding.request': async () => ({}) },
    undefined,
    EXAMPLE_BROWSER_FACTS,
  ),
  story(
    'browser asked no one',
    [...WAIT, text('adding.request')],
    { ...WAITING, link: LINK },
    { 'adding.request': () => Promise.reject(new ClawReachError('adding.none-online', 'none')) },
    undefined,
    EXAMPLE_BROWSER_FACTS,
  ),
  story('comparing', WAIT, COMPARING),
  story('browser is answered', WAIT, COMPARING, {}, undefined, EXAMPLE_BROWSER_FACTS, { [DEVICE]: 'office' }),
  story('browser is answered by a machine without a name', WAIT, COMPARING, {}, undefined, EXAMPLE_BROWSER_FACTS),
  story('in progress', PENDING, COMPARING),
  story('answer lost', WAIT, COMPARING, {
    'adding.answer': () => Promise.reject(new ClawReachError('internal', 'lost')),
  }),
  story('agreed', WAIT, { ...COMPARING, state: 'agreed' }),
  story('added', WAIT, { ...COMPARING, state: 'added' }),
  story('failed', WAIT, { ...COMPARING, state: 'failed', problem: 'pairing.refused' }),
  story('cannot wait', WAIT, WAITING, {
    'adding.wait': () => Promise.reject(new ClawReachError('adding.taken', 'taken')),
  }),
];
