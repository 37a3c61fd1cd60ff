import { describe, expect, it } from 'vitest';
import { checkPeerName, NAME_LIMIT } from '#renderer/features/peers/name/peer-name.ts';
import { givenName } from '#shared/app-api/index.ts';

describe('a new name', () => {
  it.each(['office', ' office ', 'Büro 2', '事務所', 'x'.repeat(NAME_LIMIT)])('may be %j', (name) => {
    expect(checkPeerName(name, ['attic'])).toBeUndefined();
    expect(givenName.safeParse(name.trim()).success).toBe(true);
  });

  it('needs something to be seen', () => {
    expect(checkPeerName('', [])).toEqual({ kind: 'empty' });
    expect(checkPeerName(' \t ', [])).toEqual({ kind: 'empty' });
  });

  it('shows by how much it is too long', () => {
    const name = 'x'.repeat(NAME_LIMIT + 3);
    expect(checkPeerName(name, [])).toEqual({ kind: 'too-long', over: 3 });
    expect(givenName.safeParse(name).success).toBe(false);
  });

  it('shows which character is invisible, and where', () => {
    expect(checkPeerName('of\u200bfice', [])).toEqual({ kind: 'hidden-character', code: 'U+200B', position: 3 });
    expect(checkPeerName('🙂\u001bx', [])).toEqual({ kind: 'hidden-character', code: 'U+001B', position: 2 });
  });

  it('is taken when another peer has one that reads the same', () => {
    expect(checkPeerName('OFFICE', ['attic', 'office'])).toEqual({ kind: 'taken' });
    expect(checkPeerName('ｏｆｆｉｃｅ', ['office'])).toEqual({ kind: 'taken' });
    expect(checkPeerName('office-2', ['office'])).toBeUndefined();
  });
});
