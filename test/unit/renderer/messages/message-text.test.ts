import { describe, expect, it } from 'vitest';
import type { MessageView } from '#shared/app-api/index.ts';
import {
  canRelease,
  canRetry,
  foldedBody,
  quotation,
  shownBody,
  stateText,
} from '#renderer/features/messages/message-text.ts';

describe('the body of a message', () => {
  it('shows hidden characters and keeps markup as text', () => {
    expect(shownBody({ media: 'text/plain', body: '<b>\u202egnp.exe</b>\nnext' })).toEqual({
      body: expect.stringMatching(/^<b>[^\u202e]*gnp\.exe<\/b>\nnext$/u),
      isCode: false,
    });
  });

  it('has JSON in lines, and leaves what is none as it is', () => {
    expect(shownBody({ media: 'application/json', body: '{"a":[1]}' })).toEqual({
      body: '{\n  "a": [\n    1\n  ]\n}',
      isCode: true,
    });
    expect(shownBody({ media: 'application/json', body: '{"a":' })).toEqual({ body: '{"a":', isCode: true });
    expect(shownBody({ media: 'application/json', body: '"\\u202e"' }).body).not.toContain('\u202e');
  });

  it('is folded by lines and by length, and never within a character', () => {
    expect(foldedBody('short')).toBeUndefined();
    expect(foldedBody(Array.from({ length: 16 }, String).join('\n'))).toBeUndefined();
    expect(foldedBody(Array.from({ length: 40 }, String).join('\n'))?.split('\n')).toHaveLength(16);
    expect(foldedBody('x'.repeat(5000))).toHaveLength(1200);
    expect(foldedBody(`x${'😀'.repeat(3000)}`)?.isWellFormed()).toBe(true);
  });

  it('is quoted in one line', () => {
    expect(quotation('one\n\n two\u202e', 60)).toBe(quotation('one two\u202e', 60));
    expect([...quotation('😀'.repeat(100), 10)]).toHaveLength(10);
  });
});

const REFUSED: MessageView = {
  id: '0'.repeat(32),
  direction: 'out',
  peerId: 'A',
  peerName: 'office',
  agent: 'me',
  other: 'coder',
  thread: 'x',
  replyTo: null,
  media: 'text/plain',
  body: 'Hello',
  files: [],
  isCut: false,
  time: 0,
  expires: 0,
  auto: false,
  verified: 'device',
  state: 'refused',
  since: 0,
  code: 'rights.declined',
  waitsFor: null,
};

describe('a message that a person at the other machine has declined', () => {
  it('says until when others are refused, and says so no more where that is not known', () => {
    const retryAt = new Date(2027, 0, 1, 14, 30, 1).getTime();
    const reason = (message: MessageView): string | undefined => stateText(message, 'office', false).reason;
    expect(reason({ ...REFUSED, retryAt })).toMatch(/another one to coder shortly before. Until (2:31|14:31)/);
    expect(reason(REFUSED)).toMatch(/declined this\.$/);
    expect(reason({ ...REFUSED, code: 'rights.denied' })).toMatch(/doesn't allow this\.$/);
  });
});

describe('a message that the person at this machine has declined', () => {
  it('waits for them, and can be released, as one that is held', () => {
    const kept: MessageView = { ...REFUSED, direction: 'in', state: 'stored', isDeclined: true };
    expect(stateText(kept, 'office', false)).toMatchObject({
      kind: 'waits',
      words: expect.stringContaining('you declined it'),
    });
    expect([kept, { ...kept, waitsFor: 'loop' as const }, { ...kept, isDeclined: undefined }].map(canRelease)).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('a message that is not delivered to the program of its agent', () => {
  const kept = (code: string, state: MessageView['state'] = 'stored'): MessageView => ({
    ...REFUSED,
    direction: 'in',
    agent: 'coder',
    state,
    code,
  });

  it.each([
    ['gateway.unavailable', 'stored', 'The gateway is unavailable.'],
    ['message.webhook-status', 'stored', "The webhook didn't take the message."],
    ['remote.lost', 'taken', 'The outcome is unknown.'],
  ] as const)('says why (%s), and can be tried again', (code, state, reason) => {
    const message = kept(code, state);
    expect(stateText(message, 'office', false)).toMatchObject({ kind: 'bad', reason });
    expect([canRetry(message), canRelease(message)]).toEqual([true, false]);
  });

  it('waits for the permission, which no release replaces', () => {
    const message = kept('rights.denied');
    expect(stateText(message, 'office', false)).toMatchObject({
      kind: 'waits',
      reason: expect.stringContaining('OpenClaw'),
    });
    expect(canRetry(message)).toBe(false);
  });

  it('is said of no message that was sent, was read or has expired, or waits for the person', () => {
    const others: readonly MessageView[] = [
      { ...kept('remote.lost'), direction: 'out' },
      kept('remote.lost', 'read'),
      kept('remote.lost', 'expired'),
      { ...kept('rights.unanswered'), isDeclined: true },
    ];
    expect(others.map(canRetry)).toEqual([false, false, false, false]);
  });
});
