import { createMemoryChannelPair, LinkError, type ByteChannel } from '#shared/link/index.ts';

/** The channel of a connection that was gone before it was accepted. */
export function endedChannel(): ByteChannel {
  const [channel] = createMemoryChannelPair();
  channel.destroy(new LinkError('link.path-lost', 'the connection was gone before it was accepted'));
  return channel;
}
