import { expect, it } from 'vitest';
import { isUp, openNowText, waitingText } from '#renderer/features/machines/list/open-now.ts';
import { plainPeer } from '#test/support/app-views.ts';

it('says of a machine that is away until when it keeps terminals, where that is known', () => {
  const seen = new Date(2026, 10, 25, 16, 12).getTime();
  const machine = plainPeer({ online: false, lastSeenAt: seen });
  const terminal = {
    id: 1,
    peerId: machine.peerId,
    title: 'htop',
    folder: '',
    isLeft: false,
    terminal: 't1',
    show: () => undefined,
  };
  const opened = { terminals: [terminal], forwards: [], hasOpenClaw: false };
  const said = (now: number, given = opened): string =>
    waitingText(given, machine, now).replaceAll(/[\u202f\u00a0]/gu, ' ');
  expect(said(seen + 60_000)).toBe('Waiting: 1 terminal · terminals kept until 4:22 PM');
  expect(said(seen + 600_000)).toBe('Waiting: 1 terminal');
  expect(said(seen, { ...opened, terminals: [], hasOpenClaw: true })).toBe('Waiting: OpenClaw');
});

it('what is open on a machine works only while the machine is there', () => {
  const online = plainPeer({ online: true });
  expect(isUp(online)).toBe(true);
  expect(isUp({ ...online, online: false })).toBe(false);
  expect(isUp({ ...online, suspendedSince: 1 })).toBe(false);
});

it('a line breaks between the counts of what is open, and never between a count and its word', () => {
  const terminal = { id: 1, peerId: 'x', title: 'sh', folder: '', isLeft: false, terminal: 't', show: () => undefined };
  const said = openNowText({ terminals: [terminal, { ...terminal, id: 2 }], forwards: [], hasOpenClaw: true });
  expect(said.split(' ')).toEqual(['2\u00a0terminals', '·', 'OpenClaw']);
});
