import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  applyPeers,
  applyRoundTrip,
  closeComparison,
  closePairing,
  dismissMinimised,
  dismissToast,
  MOST_ROUND_TRIPS,
  navigate,
  notify,
  openPairing,
  openPairingAgain,
  requestForward,
  requestTerminal,
  skipFirstRun,
  useApp,
} from '#renderer/store/index.ts';
import { peer, peerId, resetState } from './agent.ts';

beforeEach(resetState);

test('toasts of one subject are one, which tells their number and keeps its place behind the others', () => {
  const declined = (name: string): Parameters<typeof notify>[0] => ({
    tone: 'neutral',
    text: `1 of ${name}`,
    repeated: { subject: name, text: (count) => `${count} of ${name}` },
  });
  notify(declined('office'));
  notify({ tone: 'info', text: 'other' });
  notify(declined('nas'));
  notify(declined('office'));
  notify(declined('office'));
  expect(useApp.getState().toasts.map(({ text }) => text)).toEqual(['other', '1 of nas', '3 of office']);
});

describe('actions', () => {
  test('lead to a page, and to the pairing and back', () => {
    navigate({ page: 'settings' });
    expect(useApp.getState().place.page).toBe('settings');
    openPairing('invite');
    expect(useApp.getState().pairing).toEqual({ mode: 'invite', codeOrLink: null });
    openPairing('join', 'ABCD-1234');
    expect(useApp.getState().pairing).toEqual({ mode: 'join', codeOrLink: 'ABCD-1234' });
    closePairing();
    expect(useApp.getState().pairing).toBeUndefined();
  });

  test('pair again with new keys where the relay lets the old ones in no more, by the dialog otherwise', () => {
    const renewKeys = vi.fn();
    useApp.setState({ renewKeys });
    openPairingAgain('office');
    expect(renewKeys).toHaveBeenCalledOnce();
    expect(useApp.getState().pairing).toBeUndefined();
    useApp.setState({ renewKeys: undefined });
    openPairingAgain('office');
    expect(useApp.getState().pairing).toMatchObject({ mode: 'choose', again: 'office' });
  });

  test('each request for a terminal is a new one, also for the same peer', () => {
    requestTerminal(peerId('A'));
    const first = useApp.getState().requestedTerminal;
    requestTerminal(peerId('A'));
    const second = useApp.getState().requestedTerminal;
    expect(useApp.getState().place.page).toBe('terminals');
    expect([first, second]).toMatchObject([{ peerId: peerId('A') }, { peerId: peerId('A') }]);
    expect(second?.serial).not.toBe(first?.serial);
  });

  test.each([
    ['terminal', requestTerminal],
    ['forward', requestForward],
  ] as const)(
    'a %s on a machine that has removed this one leads to its page, which offers to pair again',
    (_, request) => {
      useApp.setState({ peers: [peer({ forgottenAt: 5 })] });
      request(peerId('A'));
      const { place, requestedComparison, requestedTerminal } = useApp.getState();
      expect(place).toEqual({ page: 'machines', machine: peerId('A') });
      expect([requestedComparison, requestedTerminal]).toEqual([undefined, undefined]);
    },
  );

  test.each([
    ['terminal', requestTerminal],
    ['forward', requestForward],
  ] as const)('a %s on a machine waits for its words, which a person compares first', (next, request) => {
    const pairing = { words: ['owl', 'butter', 'maximum', 'terrace'], at: 0, compared: false, pending: {} };
    useApp.setState({ peers: [peer({ pairing })] });
    for (const isConfirmed of [false, true]) {
      request(peerId('A'));
      expect(useApp.getState()).toMatchObject({ place: { page: 'machines' } });
      expect(useApp.getState().requestedComparison).toEqual({ peerId: peerId('A'), next });
      closeComparison(isConfirmed);
    }
    const { place, requestedComparison, requestedTerminal } = useApp.getState();
    expect(requestedComparison).toBeUndefined();
    const wanted = next === 'terminal' ? { peerId: peerId('A') } : undefined;
    expect([place, requestedTerminal]).toMatchObject(
      next === 'terminal'
        ? [{ page: 'terminals' }, wanted]
        : [{ page: 'machines', machine: peerId('A'), tab: 'forwards' }, wanted],
    );
    requestTerminal(peerId('A'), { terminal: '1', title: 'top' });
    expect(useApp.getState().place.page).toBe('terminals');
  });

  test('notices are kept apart, dismissed one by one, and older ones make room', () => {
    for (const text of ['a', 'b', 'c', 'd', 'e']) notify({ tone: 'info', text });
    const shown = useApp.getState().toasts;
    expect(shown.map(({ text }) => text)).toEqual(['b', 'c', 'd', 'e']);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(4);
    dismissToast(shown[1]?.id ?? 0);
    dismissToast(123_456);
    expect(useApp.getState().toasts.map(({ text }) => text)).toEqual(['b', 'd', 'e']);
  });

  test('the first steps and the hint on the tray are left for good', () => {
    skipFirstRun();
    useApp.setState({ minimised: true });
    dismissMinimised();
    expect(useApp.getState()).toMatchObject({ firstRunSkipped: true, minimised: false });
  });
});

describe('round trips', () => {
  const values = (digit: string): readonly number[] | undefined => useApp.getState().roundTrips[peerId(digit)];

  test('are kept for each peer, the last sixty', () => {
    for (let rtt = 1; rtt <= MOST_ROUND_TRIPS + 5; rtt += 1) applyPeers([peer({ rtt })]);
    expect(values('A')).toHaveLength(MOST_ROUND_TRIPS);
    expect(values('A')?.[0]).toBe(6);
    expect(values('A')?.at(-1)).toBe(MOST_ROUND_TRIPS + 5);
    applyRoundTrip(peerId('A'), 99);
    expect(values('A')).toHaveLength(MOST_ROUND_TRIPS);
    expect(values('A')?.at(-1)).toBe(99);
  });

  test('do not count an old measurement: another change, no link, no value', () => {
    applyPeers([peer({ rtt: 20 })]);
    applyPeers([peer({ rtt: 20, name: 'renamed' })]);
    applyPeers([peer({ rtt: null })]);
    applyPeers([peer({ rtt: 30, linked: false })]);
    expect(values('A')).toEqual([20]);
  });

  test('go with their peer', () => {
    applyPeers([peer(), peer({ peerId: peerId('C'), rtt: 7 })]);
    applyPeers([peer({ peerId: peerId('C'), rtt: 8 })]);
    expect(values('A')).toBeUndefined();
    expect(values('C')).toEqual([7, 8]);
  });
});
