import { describe, expect, it } from 'vitest';
import { quoteUntrusted, showHidden } from '#renderer/ui/text/quote-untrusted.ts';

describe('the words of another machine', () => {
  it('stay as they are when everything in them can be seen', () => {
    expect(showHidden('Büro مكتب 事務所 <b>&amp; 🙂')).toBe('Büro مكتب 事務所 <b>&amp; 🙂');
  });

  it('show every character that drives, reorders or hides', () => {
    expect(showHidden('a\u001b[2J\r\n')).toBe('a⟨U+001B⟩[2J⟨U+000D⟩⟨U+000A⟩');
    expect(showHidden('of\u200bfice\u202egnp\u2069')).toBe('of⟨U+200B⟩fice⟨U+202E⟩gnp⟨U+2069⟩');
    expect(showHidden('\u2028\ue000\u{e0041}')).toBe('⟨U+2028⟩⟨U+E000⟩⟨U+E0041⟩');
    expect(showHidden('\ud800x')).toBe('⟨U+D800⟩x');
  });

  it('cannot reorder the sentence they stand in', () => {
    expect(quoteUntrusted('office-2')).toBe('office-2');
    expect(quoteUntrusted('مكتب')).toBe('\u2068مكتب\u2069');
    // What would end the isolation early is made visible first.
    expect(quoteUntrusted('مكتب\u2069 12')).toBe('\u2066\u2067مكتب\u2069⟨U+2069⟩ 12\u2069');
  });
});
