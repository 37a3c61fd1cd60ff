export type ClosingFacts = Readonly<{
  /** The application is on its way out. */
  quitting: boolean;
  closeToTray: boolean;
  /** A tray icon is there to come back from. */
  tray: boolean;
  platform: NodeJS.Platform;
}>;

/**
 * What closing the window means. It is never hidden without something to bring it back: a tray icon, or the dock of macOS. Without one it is
 * minimised; who has switched that off ends the application.
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
