export type ClosingFacts = Readonly<{
  /** True if the application is quitting. */
  quitting: boolean;
  closeToTray: boolean;
  /** True if there is a tray icon to restore the window from. */
  tray: boolean;
  platform: NodeJS.Platform;
}>;

/**
 * Decides what closing the window does. It is hidden only if a tray icon or the macOS dock can restore it, otherwise
 * minimised; with that switched off, the application quits.
 */
export function decideClosing({
  quitting,
  closeToTray,
  tray,
  platform,
}: ClosingFacts): 'close' | 'hide' | 'minimise' | 'quit' {
  if (quitting) return 'close';
  if (platform === 'darwin') return 'hide';
  if (!closeToTray) return 'quit';
  return tray ? 'hide' : 'minimise';
}
