import { useEffect, useState, type ReactElement } from 'react';
import type { ShareLinkView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { EXAMPLE_PEER_ID, EXAMPLE_PEERS, EXAMPLE_STATUS, exampleShared } from '../../../stories/examples/index.ts';
import type { Story } from '../../../stories/index.ts';
import { useApp } from '../../../store/index.ts';
import { Button } from '../../../ui/index.ts';
import { GuestCards } from '../../guests/index.ts';
import { PairingDialog } from '../../pairing/index.ts';
import { ShareDialog } from './share-dialog.tsx';
import { SharedTerminals } from './shared-terminals.tsx';
import { playing, RECORDED, shown, tab, TERMINALS_STATE } from '../story-data.tsx';
import { WatchView } from './watch-view.tsx';

const SHARED = exampleShared(EXAMPLE_PEER_ID);
const WORDS: [string, string, string, string] = ['amber', 'violin', 'harbor', 'summit'];
const LINK: ShareLinkView = {
  id: '0badcafe',
  number: 1,
  peerId: EXAMPLE_PEER_ID,
  terminal: SHARED.terminal,
  title: 'deploy on office',
  role: 'type',
  url: 'https://relay.example/j#AAAAAAAAAAAAAAAAAAAAAA',
  createdAt: Date.now(),
  expiresAt: Date.now() + 3_600_000,
  once: false,
  letIn: false,
  guests: [
    { id: '00000001', name: 'Ada', words: WORDS, state: 'waiting', since: Date.now(), typedAt: null },
    { id: '00000002', name: 'Ben', words: WORDS, state: 'in', since: Date.now(), typedAt: Date.now() + 60_000 },
    {
      id: '00000003',
      name: 'a-very-long-name-of-a-guest-'.repeat(2),
      words: WORDS,
      state: 'away',
      since: Date.now(),
      typedAt: null,
    },
  ],
};
const offers = (): ReactElement => <SharedTerminals />;

/** Shows the dialog that shares a terminal, and the pairing dialog to which one of its buttons leads. */
function Sharing(): ReactElement {
  const [isOpen, setOpen] = useState(true);
  return (
    <>
      {isOpen && (
        <ShareDialog
          peerId={EXAMPLE_PEER_ID}
          terminal={SHARED.terminal}
          channel={undefined}
          onClose={() => setOpen(false)}
        />
      )}
      <PairingDialog renderPreset={() => null} />
    </>
  );
}

/** Cards of guests, of whom more come. */
function ArrivingGuests(): ReactElement {
  useEffect(() => {
    delete document.documentElement.dataset['answered'];
  }, []);
  const come = (): void => {
    const [guest] = LINK.guests;
    if (guest === undefined) return;
    useApp.setState(({ shareLinks: [link = LINK] }) => ({
      shareLinks: [
        { ...link, guests: [...link.guests, { ...guest, id: `0000001${link.guests.length}`, name: 'Cleo' }] },
      ],
    }));
  };
  return (
    <>
      <Button onClick={come}>A guest comes</Button>
      <GuestCards />
    </>
  );
}

/** Stories of shared and watched terminals. */
export const SHARING_STORIES: readonly Story[] = [
  {
    name: 'sharing/offers',
    render: offers,
    state: {
      ...TERMINALS_STATE,
      shared: [
        SHARED,
        { ...SHARED, terminal: 'b'.repeat(32), title: '', holder: `\u202e${'a-very-long-name-'.repeat(4)}` },
      ],
    },
  },
  {
    name: 'sharing/requested by a notification',
    render: offers,
    state: {
      ...TERMINALS_STATE,
      shared: [SHARED],
      requestedShared: { peerId: SHARED.peerId, terminal: SHARED.terminal, serial: 1 },
    },
    answers: { 'terminal.open': () => new Promise<never>(() => undefined) },
  },
  {
    name: 'sharing/share',
    render: () => (
      <ShareDialog peerId={EXAMPLE_PEER_ID} terminal={SHARED.terminal} channel={undefined} onClose={() => undefined} />
    ),
    state: TERMINALS_STATE,
  },
  {
    name: 'sharing/link with guests',
    render: () => (
      <ShareDialog peerId={EXAMPLE_PEER_ID} terminal={SHARED.terminal} channel={undefined} onClose={() => undefined} />
    ),
    state: { ...TERMINALS_STATE, shareLinks: [LINK] },
  },
  {
    name: 'sharing/guest who types',
    ...shown([tab(1)]),
    state: {
      ...TERMINALS_STATE,
      shareLinks: [
        { ...LINK, terminal: 't1' },
        // A guest who waits, or is at another terminal, isn't named.
        { ...LINK, id: '0badbeef', guests: LINK.guests.map((guest) => ({ ...guest, name: 'Dora' })) },
      ],
    },
    answers: playing(RECORDED),
  },
  {
    name: 'sharing/two guests who can type',
    ...shown([tab(1)]),
    state: {
      ...TERMINALS_STATE,
      shareLinks: [
        {
          ...LINK,
          terminal: 't1',
          guests: ['Grace', 'Linus'].map((name, index) => ({
            id: `0000002${index}`,
            name,
            words: WORDS,
            state: 'in' as const,
            since: Date.now(),
            typedAt: null,
          })),
        },
      ],
    },
    answers: playing(RECORDED),
  },
  {
    name: 'sharing/link that stays',
    render: () => (
      <ShareDialog peerId={EXAMPLE_PEER_ID} terminal={SHARED.terminal} channel={undefined} onClose={() => undefined} />
    ),
    state: { ...TERMINALS_STATE, shareLinks: [LINK] },
    answers: {
      'shareLink.create': () => Promise.resolve(LINK),
      'shareLink.end': () => Promise.reject(new ClawReachError('control.lost', 'the agent is gone')),
      'shareLink.remove': () => Promise.reject(new ClawReachError('control.lost', 'the agent is gone')),
    },
  },
  {
    name: 'sharing/arriving guests',
    render: () => <ArrivingGuests />,
    state: { ...TERMINALS_STATE, shareLinks: [{ ...LINK, guests: LINK.guests.slice(0, 1) }] },
    answers: {
      'shareLink.answer': ({ guest, letIn }) => {
        document.documentElement.dataset['answered'] = `${guest} ${letIn}`;
        return Promise.resolve({});
      },
    },
  },
  ...(['share.no-page', 'share.own-certificate', 'share.insecure'] as const).map((code) => ({
    name: `sharing/link refused, ${code}`,
    render: () => (
      <ShareDialog peerId={EXAMPLE_PEER_ID} terminal={SHARED.terminal} channel={undefined} onClose={() => undefined} />
    ),
    state: TERMINALS_STATE,
    answers: {
      'shareLink.create': () =>
        Promise.reject(
          new ClawReachError(code, 'no link', {
            details: { url: code === 'share.insecure' ? 'ws://relay.lan:7474' : 'wss://relay.example:7474' },
          }),
        ),
    },
  })),
  {
    name: 'sharing/guests in the dialog and elsewhere',
    render: () => (
      <>
        <GuestCards />
        <ShareDialog
          peerId={EXAMPLE_PEER_ID}
          terminal={SHARED.terminal}
          channel={undefined}
          onClose={() => undefined}
        />
      </>
    ),
    state: {
      ...TERMINALS_STATE,
      shareLinks: [
        LINK,
        {
          ...LINK,
          id: '00000000000000000000000000000009',
          terminal: 'c'.repeat(32),
          guests: LINK.guests.map((guest) => ({ ...guest, id: `9${guest.id.slice(1)}`, name: 'Cleo' })),
        },
      ],
    },
  },
  { name: 'sharing/guest cards', render: () => <GuestCards />, state: { ...TERMINALS_STATE, shareLinks: [LINK] } },
  {
    name: 'sharing/share without another device',
    render: () => <Sharing />,
    state: { ...TERMINALS_STATE, peers: EXAMPLE_PEERS.slice(0, 1) },
  },
  {
    name: 'sharing/share without a relay',
    render: () => <Sharing />,
    state: {
      ...TERMINALS_STATE,
      status: { ...EXAMPLE_STATUS, relay: { ...EXAMPLE_STATUS.relay, state: 'none', url: null } },
    },
  },
  {
    name: 'sharing/share at a relay that browsers do not trust',
    render: () => <Sharing />,
    state: {
      ...TERMINALS_STATE,
      status: { ...EXAMPLE_STATUS, relay: { ...EXAMPLE_STATUS.relay, state: 'online', pin: 'ab'.repeat(32) } },
    },
  },
  {
    name: 'sharing/looking on is refused',
    render: () => <WatchView shared={SHARED} peer="office" onClose={() => undefined} />,
    state: TERMINALS_STATE,
    answers: {
      'terminal.open': () => Promise.reject(new ClawReachError('rights.denied', 'this device does not let you watch')),
    },
  },
];
