import { createMemoryChannelPair, LinkError, type ByteChannel } from '#shared/link/index.ts';

/**
 * Returns an already closed channel, with which `HalfOpen` answers for a connection that broke before its handshake was accepted. Touches memory
 * only.
 */
export function endedChannel(): ByteChannel {
  const [channel] = createMemoryChannelPair();
  channel.destroy(new LinkError('link.path-lost', 'the connection was gone before it was accepted'));
  return channel;
}
