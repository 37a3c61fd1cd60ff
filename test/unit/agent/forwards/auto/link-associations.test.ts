import { expect, it } from 'vitest';
import { LinkAssociations, type ForwardUpstream } from '#agent/forwards/auto/index.ts';
import { errorReply, REPLIES, type UdpAssociation, type UdpAssociationOptions } from '#agent/forwards/proxies/index.ts';

const ASSOCIATION: UdpAssociation = { bound: { host: '127.0.0.1', port: 1 }, closed: Promise.resolve(undefined) };
const OPTIONS: UdpAssociationOptions = {
  localAddress: '127.0.0.1',
  clientAddress: '127.0.0.1',
  clientPort: 2,
  proxyPort: 3,
  expected: null,
  meter: { in: () => undefined, out: () => undefined },
  signal: new AbortController().signal,
};

it('datagrams go by the link, and by SSH are no command that is supported', async () => {
  let way: ForwardUpstream = 'link';
  const associations = new LinkAssociations({ open: () => Promise.resolve(ASSOCIATION) }, () => way);
  expect(await associations.open(OPTIONS)).toBe(ASSOCIATION);
  way = 'ssh';
  const error: unknown = await associations.open(OPTIONS).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'forward.no-datagrams' });
  expect(errorReply(error).socks).toBe(REPLIES.command);
  expect(REPLIES.command).toBe(7);
});
