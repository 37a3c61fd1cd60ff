import { expect, test } from 'vitest';
import { rightsText, type OpenTargets } from '#renderer/features/pairing/steps/rights-text.ts';
import { RIGHTS, type PeerView, type RightDecision, type TargetPattern } from '#shared/app-api/index.ts';

type Decisions = Partial<Record<keyof PeerView['rights'], RightDecision>>;

const NOW = new Date(2026, 10, 25, 21, 0).getTime();
const LATER = new Date(2026, 10, 25, 21, 51).getTime();
const NONE: OpenTargets = { known: [], approved: [] };
const APP: TargetPattern = { kind: 'connect', host: 'localhost', ports: '8080', protocol: 'tcp', expiresAt: null };

function peer(decisions: Decisions, ends: Partial<Record<keyof PeerView['rights'], number>> = {}): PeerView {
  const rights = Object.fromEntries(
    RIGHTS.map((right) => [right, { decision: decisions[right] ?? 'ask', expiresAt: ends[right] ?? null }]),
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
    message: decision,
    send: decision,
    wake: decision,
    introduce: decision,
  };
}
/** Returns the sentence with plain spaces: a time of day has a narrow one. */
function told(view: PeerView, targets: OpenTargets = NONE): string {
  return rightsText(view, targets, NOW).replaceAll('\u202f', ' ');
}

test.each<[Decisions, string]>([
  [{}, 'office has to ask before doing anything here.'],
  [all('allow'), 'office may do everything here without asking.'],
  [all('deny'), 'office may do nothing here.'],
  [{ view: 'allow' }, 'office keeps what you allowed before: shared terminals. It has to ask for everything else.'],
  [{ terminal: 'deny' }, 'office may not use terminals here. It has to ask for everything else.'],
  [{ ...all('deny'), forward: 'allow' }, 'office may use forwards here, and nothing else.'],
  [
    { terminal: 'allow', prompt: 'deny' },
    'office may use terminals here, and may not use OpenClaw. It has to ask for everything else.',
  ],
])('the permissions %j are told in one sentence', (decisions, sentence) => {
  expect(told(peer(decisions))).toBe(sentence);
});

test('a permission is told with its end, and with each target that does not ask', () => {
  expect(told(peer({ terminal: 'allow' }, { terminal: LATER }), { known: [APP], approved: [] })).toBe(
    'office keeps what you allowed before: terminals until 9:51 PM, localhost:8080. It has to ask for everything else.',
  );
  const listening: TargetPattern = { ...APP, kind: 'listen', host: '::', expiresAt: LATER };
  const approved = [{ target: 'db.lan:5432', expiresAt: LATER }];
  expect(told(peer({}), { known: [listening], approved })).toBe(
    'office keeps what you allowed before: listening on [::]:8080 until 9:51 PM, db.lan:5432 until 9:51 PM. It has to ask for everything else.',
  );
  expect(told(peer(all('allow'), { terminal: LATER }))).toContain('terminals until 9:51 PM');
});

test('targets that have ended, or that the permission for all of them covers or denies, are not told', () => {
  const asks = 'office has to ask before doing anything here.';
  const ended = { known: [{ ...APP, expiresAt: NOW }], approved: [{ target: 'db.lan:5432', expiresAt: NOW }] };
  expect(told(peer({}), ended)).toBe(asks);
  const open = { known: [APP], approved: [] };
  expect(told(peer({ forward: 'deny' }), open)).toBe(
    'office may not use forwards here. It has to ask for everything else.',
  );
  expect(told(peer({ forward: 'allow' }), open)).not.toContain('8080');
});

test('a browser has just got its permissions, and keeps none', () => {
  const browser = { life: '12h', endsAt: LATER } as const;
  expect(told({ ...peer({ terminal: 'allow' }, { terminal: LATER }), browser })).toBe(
    'office may use terminals until 9:51 PM here. It has to ask for everything else.',
  );
});
