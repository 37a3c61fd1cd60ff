export type ClosingFacts = Readonly<{
  /** True if the application is quitting. */
  quitting: boolean;
  closeToTray: boolean;
  /** True if there is a tray icon to restore the window from. */
  tray: boolean;
  platform: NodeJS.Platform;
}>;

/**
 * Decides for `MainWindow` what closing the window does. The window is hidden if a tray icon or the macOS dock can restore it, otherwise minimised;
 * if `closeToTray` is false, the application quits, except on macOS. Pure.
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
