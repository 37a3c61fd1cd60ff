import { expect, test } from 'vitest';
import { rightsText } from '#renderer/features/pairing/steps/rights-text.ts';
import { RIGHTS, type PeerView, type RightDecision } from '#shared/app-api/index.ts';

type Decisions = Partial<Record<keyof PeerView['rights'], RightDecision>>;

function peer(decisions: Decisions): PeerView {
  const rights = Object.fromEntries(
    RIGHTS.map((right) => [right, { decision: decisions[right] ?? 'ask', expiresAt: null }]),
  );
  return { name: 'office', rights } as unknown as PeerView;
}
function all(decision: RightDecision): Decisions {
  return {
    terminal: decision,
    view: decision,
    forward: decision,
    relay: decision,
    prompt: decision,
    introduce: decision,
  };
}

test.each<[Decisions, string]>([
  [{}, 'office has to ask before doing anything here.'],
  [all('allow'), 'office may do everything here without asking.'],
  [all('deny'), 'office may do nothing here.'],
  [{ view: 'allow' }, 'office may use shared terminals here. It has to ask for everything else.'],
  [{ terminal: 'deny' }, 'office may not use terminals here. It has to ask for everything else.'],
  [{ ...all('deny'), forward: 'allow' }, 'office may use forwards here, and nothing else.'],
  [
    { terminal: 'allow', prompt: 'deny' },
    'office may use terminals here, and may not use OpenClaw. It has to ask for everything else.',
  ],
])('the permissions %j are told in one sentence', (decisions, sentence) => {
  expect(rightsText(peer(decisions))).toBe(sentence);
});
