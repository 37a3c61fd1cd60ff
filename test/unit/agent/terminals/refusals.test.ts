import { expect, test } from 'vitest';
import { openTerminal } from '#agent/terminals/index.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { codeOf } from '#test/support/rejections.ts';

const SIZE = { cols: 80, rows: 24, term: 'xterm' };

test('the pause of a refusal is passed on, and none is read from its text', async () => {
  const declined = (retryAfter?: number) =>
    openTerminal(new FakeLink((stream) => stream.refuse('rights.denied', 'again in 60 s', retryAfter)).session, SIZE);
  await expect(declined(60_000)).rejects.toMatchObject({ code: 'rights.denied', details: { retryAfter: 60_000 } });
  await expect(declined()).rejects.toMatchObject({ code: 'rights.denied', details: {} });
});

async function refusedWith(code: string): Promise<string | undefined> {
  const link = new FakeLink((stream) => stream.refuse(code, 'the word of the other side'));
  return codeOf(() => openTerminal(link.session, SIZE));
}

test.each(['rights.denied', 'rights.unanswered', 'terminal.too-many', 'link.kind'])('%s is passed on', async (code) => {
  expect(await refusedWith(code)).toBe(code);
});

test.each(['relay.untrusted', 'pairing.wrong-code', 'constructor', 'terminal.\u001b]0;owned\u0007', ''])(
  'a target that answers %j passes for no finding of this device',
  async (code) => {
    expect(await refusedWith(code)).toBe('terminal.protocol');
  },
);
