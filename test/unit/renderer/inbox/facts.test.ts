import { afterEach, expect, test } from 'vitest';
import { factsText } from '#renderer/features/history/entry-text.ts';
import { requestText } from '#renderer/features/peers/rights/request-text.ts';
import { changeLanguage } from '#renderer/locale/index.ts';
import { APPROVAL_FACTS, type HistoryEntry } from '#shared/app-api/index.ts';

afterEach(() => changeLanguage('en'));

const ENTRY: HistoryEntry = {
  id: 'e',
  kind: 'approval',
  direction: 'in',
  peerId: null,
  peerName: 'laptop',
  detail: 'terminal: run: make',
  startedAt: 0,
  endedAt: 0,
  open: false,
  outcome: 'approved',
  count: 1,
};

test.each(['en', 'de', 'zh'] as const)(
  'everything that decides a request has a name of its own in %s, and is shown in full',
  async (language) => {
    await changeLanguage(language);
    const facts = APPROVAL_FACTS.map((fact) => ({ fact, value: `${fact} ${'x'.repeat(4000)}\u202e` }));
    const text = factsText({ ...ENTRY, facts });
    for (const { fact } of facts) expect(text).toContain(`${fact} ${'x'.repeat(4000)}⟨U+202E⟩`);
    const names = APPROVAL_FACTS.map((fact) => factsText({ ...ENTRY, facts: [{ fact, value: '' }] }));
    expect(new Set(names).size).toBe(APPROVAL_FACTS.length);
  },
);

test.each(['en', 'de', 'zh'] as const)('nothing of what a peer wants is lost in %s [S-ASK-3]', async (language) => {
  await changeLanguage(language);
  const command = `sh -c 'true; ${'x'.repeat(10_000)}' the end`;
  expect(requestText('terminal', `run: ${command}`)).toContain(command);
  expect(requestText('terminal', 'list its terminals')).not.toBe(
    requestText('terminal', 'list its terminals and what runs in them'),
  );
});
