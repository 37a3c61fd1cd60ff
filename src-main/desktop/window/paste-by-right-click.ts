import type { ContextMenuParams, WebContents } from 'electron';
import type { RightClick } from '#shared/app-api/index.ts';

/** What a double in a test has to have. */
export type PastingContents = Readonly<{
  on(
    event: 'context-menu',
    listener: (
      event: unknown,
      params: Pick<ContextMenuParams, 'isEditable' | 'formControlType' | 'menuSourceType'>,
    ) => void,
  ): unknown;
}> &
  Pick<WebContents, 'paste'>;

/**
 * Pastes where a person presses the right button in a terminal, if that is what they want of it. The page may not read the clipboard, and cannot ask
 * for this either: only a real press of the button is told here, and only where the page has not used it for something else.
 */
export function pasteByRightClick(contents: PastingContents, wanted: () => RightClick): void {
  contents.on('context-menu', (_event, { isEditable, formControlType, menuSourceType }) => {
    // The field that takes the keys of a terminal is laid under the pointer by then, and is of this kind.
    if (!isEditable || formControlType !== 'text-area' || menuSourceType !== 'mouse') return;
    if (wanted() !== 'menu') contents.paste();
  });
}
