import { describe, expect, test } from 'vitest';
import { audienceText, type Attendee } from '../../../../src-renderer/features/terminals/sharing/guests.ts';

const guest = (name: string, types: boolean): Attendee => ({ name, isGuest: true, types });
const machine = (name: string): Attendee => ({ name, isGuest: false, types: false });

describe('the words about who sees a terminal', () => {
  test.each<readonly [string, readonly Attendee[], RegExp]>([
    ['no one', [], /^Shared$/],
    ['one who can type, by name', [guest('Grace', true)], /Grace\W? can type$/],
    ['one who watches, by name', [guest('Grace', false)], /Grace\W? is watching$/],
    ['several who can type', [guest('Grace', true), guest('Linus', true)], /^2 guests, 2 can type$/],
    ['one of several who can type', [guest('Grace', true), guest('Linus', false)], /^2 guests, 1 can type$/],
    ['machines, which only watch', [machine('lab'), machine('attic')], /^2 watching$/],
    ['a machine and a guest who can type', [machine('lab'), guest('Grace', true)], /^2 viewers, 1 can type$/],
  ])('name %s', (_who, audience, expected) => {
    expect(audienceText(audience)).toMatch(expected);
  });
});
