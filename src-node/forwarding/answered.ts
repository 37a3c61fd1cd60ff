import { connect, isIP } from 'node:net';

/** A connection to an address of this machine takes no time at all, ms. */
const PATIENCE = 1000;

/**
 * Reports whether a program accepts connections at this address of this machine, also one that listens at all addresses. On macOS and Windows
 * another program could otherwise take over the port at one address, with the first program's connections.
 */
export function isAnswered(host: string, port: number): Promise<boolean> {
  if (port === 0 || isIP(host) === 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (answered: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answered);
    };
    const timer = setTimeout(() => settle(false), PATIENCE);
    socket.once('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });
}
