import type { Event, Input, WebContents } from 'electron';

/** Part of WebContents that tests have to replace. */
export type KeyedContents = Readonly<{
  on(
    event: 'before-input-event',
    listener: (
      event: Pick<Event, 'preventDefault'>,
      input: Pick<Input, 'type' | 'code' | 'control' | 'shift' | 'alt' | 'meta'>,
    ) => void,
  ): unknown;
}> &
  Pick<WebContents, 'paste'>;

/**
 * Pastes all that the clipboard has on Ctrl+Shift+V, the key of terminals. Chromium itself pastes only text then, so that a picture would do nothing. Only
 * a real press of the keys is reported here: the page can't read the clipboard. Used by `MainWindow`.
 */
export function pasteByKey(contents: KeyedContents): void {
  contents.on('before-input-event', (event, { type, code, control, shift, alt, meta }) => {
    if (type !== 'keyDown' || code !== 'KeyV' || !control || !shift || alt || meta) return;
    event.preventDefault();
    contents.paste();
  });
}
