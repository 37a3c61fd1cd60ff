/** Names of the two messages on Electron's own channel between page and application; everything else uses the port. */
export const CONNECT_CHANNEL = 'clawreach:connect';
export const PORT_CHANNEL = 'clawreach:port';
