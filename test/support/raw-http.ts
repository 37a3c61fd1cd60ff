import { connect } from 'node:net';

/**
 * Sends bytes to a port of this machine and returns all that comes back until the other side closes, or until `until` is in it.
 */
export function exchange(port: number, bytes: string | Uint8Array, until?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      if (until !== undefined && text.includes(until)) socket.destroy();
    });
    // A reset after the answer is an end, too.
    socket.on('error', () => undefined);
    socket.on('close', () => (text === '' && until !== undefined ? reject(new Error('no answer')) : resolve(text)));
  });
}

/** Joins the lines of a request's head, and appends its body. */
export function request(lines: readonly string[], body = ''): string {
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
