import type { ContextMenuParams, WebContents } from 'electron';
import type { RightClick } from '#shared/app-api/index.ts';

/** Part of WebContents that tests have to replace. */
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
 * Pastes on a right click in a terminal, if the person's settings say so. The page can't read the clipboard or trigger this by itself: only a real
 * press of the button is reported here, and only if the page hasn't used it otherwise. Used by `MainWindow`.
 */
export function pasteByRightClick(contents: PastingContents, wanted: () => RightClick): void {
  contents.on('context-menu', (_event, { isEditable, formControlType, menuSourceType }) => {
    // By then the terminal's input field lies under the pointer, and it has this type.
    if (!isEditable || formControlType !== 'text-area' || menuSourceType !== 'mouse') return;
    if (wanted() !== 'menu') contents.paste();
  });
}
