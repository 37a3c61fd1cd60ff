import { expect, test } from 'vitest';
import { hasText } from '#renderer/locale/index.ts';
import { keepsInput, nextSteps } from '#renderer/features/pairing/steps/next-steps.ts';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import { ClawReachError } from '#shared/errors.ts';

const CODES = Object.keys(ERROR_TEXTS).filter((code) => /^(?:pairing|relay)\./.test(code));

test.each(CODES)('%s has a way on at both sides, with words on its button', (code) => {
  const error = new ClawReachError(code, code);
  for (const side of ['invite', 'join'] as const) {
    const ways = nextSteps(error, side);
    expect(new Set(ways).size).toBe(ways.length);
    for (const way of ways) expect(hasText(`pairing.remedy.${way}`)).toBe(true);
  }
});

test.each([
  ['pairing.use-link', 'link'],
  ['pairing.commitment', 'link'],
  ['pairing.wrong-code', 'again'],
  ['relay.admission-needed', 'relay'],
  ['relay.untrusted', 'relay'],
  ['relay.lost', 'again'],
])('who invites is offered after %s first: %s', (code, way) => {
  expect(nextSteps(new ClawReachError(code, code), 'invite')[0]).toBe(way);
});

test.each([
  ['pairing.wrong-code', 'other-code', true],
  ['pairing.expired', 'other-code', false],
  ['pairing.used', 'other-code', false],
  ['pairing.other-relay', 'invite-here', true],
  ['relay.nameplate', 'correct', true],
  ['pairing.not-there', 'correct', true],
  ['relay.unreachable', 'again', true],
  ['relay.not-configured', 'relay', true],
  ['control.lost', 'again', true],
])('who joins is offered after %s first: %s', (code, way, kept) => {
  const error = new ClawReachError(code, code);
  expect(nextSteps(error, 'join')[0]).toBe(way);
  expect(keepsInput(error)).toBe(kept);
});
