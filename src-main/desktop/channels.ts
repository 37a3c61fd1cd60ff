/** Electron message with which the page requests its port. Everything after that uses the port. */
export const CONNECT_CHANNEL = 'clawreach:connect';
/** Electron message with which the preload script names the files that a person has dropped on the page or pasted, and gets a token for them. */
export const FILES_CHANNEL = 'clawreach:files';
/** Electron message with which the application sends the page its port. */
export const PORT_CHANNEL = 'clawreach:port';
