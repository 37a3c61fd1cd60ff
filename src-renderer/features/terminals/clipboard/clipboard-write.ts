/** More text than this no program puts on the clipboard, bytes of UTF-8. */
export const CLIPBOARD_LIMIT = 100_000;

export type ClipboardWrite =
  | Readonly<{ kind: 'text'; text: string }>
  /** It asks what is on the clipboard. Nobody answers. */
  | Readonly<{ kind: 'read' }>
  | Readonly<{ kind: 'refused'; reason: 'large' | 'invalid' }>;

/** Control characters but tab and the ends of lines: pasted into another terminal they would be keys. */
const CONTROL = /[^\P{Cc}\t\r\n]/gu;

/** What a program said behind `OSC 52`: where to, and text in Base64 or `?` (XTerm Control Sequences, "Manipulate Selection Data"). */
export function readClipboardWrite(data: string): ClipboardWrite {
  const start = data.indexOf(';') + 1;
  const coded = data.slice(start);
  if (start === 0 || !/^[cpqs0-7]{0,16}$/.test(data.slice(0, start - 1))) return { kind: 'refused', reason: 'invalid' };
  if (coded === '?') return { kind: 'read' };
  if (coded.length > Math.ceil(CLIPBOARD_LIMIT / 3) * 4) return { kind: 'refused', reason: 'large' };
  try {
    const bytes = Uint8Array.from(atob(coded), (character) => character.charCodeAt(0));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll(CONTROL, '');
    return text === '' ? { kind: 'refused', reason: 'invalid' } : { kind: 'text', text };
  } catch {
    return { kind: 'refused', reason: 'invalid' };
  }
}
