/** Most text that a program may write to the clipboard, bytes of UTF-8. */
export const CLIPBOARD_LIMIT = 100_000;

/** Clipboard request of a program: text to write, a request to read, or a request that is too large or malformed. */
export type ClipboardRequest =
  | Readonly<{ kind: 'text'; text: string }>
  /** The program asks for the clipboard's content, which is never sent. */
  | Readonly<{ kind: 'read' }>
  | Readonly<{ kind: 'refused'; reason: 'large' | 'invalid' }>;

/** Control characters except tab and line ends. Pasted into another terminal, they would act as keys. */
const CONTROL = /[^\P{Cc}\t\r\n]/gu;

/**
 * Parses a clipboard request of a program for `handleClipboardRequest`: the data of `OSC 52`, with the text in Base64 or `?` (XTerm Control
 * Sequences, "Manipulate Selection Data"). Pure.
 */
export function parseClipboardRequest(data: string): ClipboardRequest {
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
