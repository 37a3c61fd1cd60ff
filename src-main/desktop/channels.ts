/** The only two messages of Electron's own channel between page and application; all else goes over the port. */
export const CONNECT_CHANNEL = 'clawreach:connect';
export const PORT_CHANNEL = 'clawreach:port';
