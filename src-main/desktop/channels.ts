/** Electron message with which the page requests its port. Everything after that uses the port. */
export const CONNECT_CHANNEL = 'clawreach:connect';
/** Electron message with which the application sends the page its port. */
export const PORT_CHANNEL = 'clawreach:port';
