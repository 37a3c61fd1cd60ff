import type { PlainRelayView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { text } from '../../locale/index.ts';
import { examplePlainRelay } from '../../stories/examples/index.ts';
import { Pressing, type Press, type Story, type StoryAnswers } from '../../stories/index.ts';
import { PlainRelayDialog } from './plain-relay-dialog.tsx';
import { PlainRelays, RemovePlainRelayDialog } from './plain-relays.tsx';

const RELAY = examplePlainRelay();
const QUIET = { terminals: 0, requests: 0 } as const;

const ANSWERS: StoryAnswers = {
  'plainRelays.end': async () => ({ terminals: 2, requests: 1 }),
  'plainRelays.enable': async ({ enabled }) => ({ ...RELAY, enabled }),
  'plainRelays.setRight': async () => RELAY,
  'plainRelays.remove': async () => ({}),
  'plainRelays.pair': async () => RELAY,
};

function story(name: string, plainRelays: readonly PlainRelayView[]): Story {
  return {
    name: `plain-relays/${name}`,
    render: () => <PlainRelays />,
    state: { plainRelays },
    answers: ANSWERS,
    frame: 'page',
  };
}

const CONTINUE = text('plain-relays.pair.continue');
const ACCEPT = text('plain-relays.accept.apply');

function pairing(
  name: string,
  code: string,
  address: string,
  press: readonly string[],
  answers: StoryAnswers = {},
): Story {
  const steps: readonly Press[] = [
    ...(address === '' ? [] : [{ fill: text('plain-relays.pair.address'), value: address }]),
    ...press,
  ];
  return {
    name: `plain-relays/pair, ${name}`,
    render: () => (
      <Pressing steps={steps}>
        <PlainRelayDialog />
      </Pressing>
    ),
    state: { plainPairing: { code } },
    answers: { ...ANSWERS, ...answers },
  };
}

const CODE = 'ABCDE-FGH12';
const fail = (code: string, details: ClawReachError['details'] = {}) => {
  return (): Promise<never> => Promise.reject(new ClawReachError(code, code, { details }));
};

export const PLAIN_RELAYS_STORIES: readonly Story[] = [
  story('connector', [RELAY]),
  story('problems', [
    { ...RELAY, ...QUIET, state: 'waiting', problem: 'plain.rejected' },
    {
      ...RELAY,
      ...QUIET,
      id: RELAY.id.replace('CP5', 'DP5'),
      name: 'Plain relay a-relay-with-a-long-name.in-a-network.with-a-longer-name.example:8443',
      kind: 'node',
      state: 'stopped',
      problem: 'plain.replaced',
    },
    { ...RELAY, ...QUIET, id: RELAY.id.replace('CP5', 'EP5'), name: `${RELAY.name} 2`, state: 'off', enabled: false },
  ]),
  {
    name: 'plain-relays/remove',
    render: () => <RemovePlainRelayDialog relay={RELAY} onClose={() => undefined} />,
    answers: ANSWERS,
  },
  pairing('empty', '', '', []),
  pairing('nothing entered', '', '', [CONTINUE]),
  pairing("a machine's code", 'ABCD-1234', 'relay.example', [CONTINUE]),
  pairing('question', CODE, 'relay.example', [CONTINUE]),
  pairing('running', CODE, 'relay.example', [CONTINUE, ACCEPT], {
    'plainRelays.pair': () => new Promise(() => undefined),
  }),
  pairing('code unknown', CODE, 'relay.example', [CONTINUE, ACCEPT], { 'plainRelays.pair': fail('plain.pairing') }),
  pairing('own certificate', CODE, 'relay.example', [CONTINUE, ACCEPT], {
    'plainRelays.pair': fail('relay.untrusted', {
      pin: '3f9ac41e07d25b86e1704c9d2a6b8f305cd47e91a8036fb2d95e1c7048ba62fd',
    }),
  }),
];
