import { describe, expect, test, it } from 'vitest';
import { inspectLink } from '../../../../src-renderer/features/hyperlinks/hyperlink.ts';

describe('a link of a terminal', () => {
  test('is shown with its host in Punycode, and reports that the terminal showed another', () => {
    const link = inspectLink('https://b\u0430nk.example/login', 'https://bank.example/');
    expect(link).toMatchObject({ kind: 'link', coded: true, shown: 'https://bank.example/' });
    expect(link).toHaveProperty('host', expect.stringMatching(/^xn--[a-z0-9-]+\.example$/u));
  });

  test('that shows its own address has no further note', () => {
    const url = 'https://example.org/help?page=2';
    expect(inspectLink(url, url)).toMatchObject({ host: 'example.org', coded: false, shown: undefined });
  });

  test('written without its scheme is the address itself', () => {
    expect(inspectLink('mailto:mira@example.org', 'mira@example.org')).toMatchObject({ shown: undefined });
    expect(inspectLink('https://example.org/help', 'example.org/help')).toMatchObject({ shown: undefined });
    expect(inspectLink('https://evil.example/', 'example.org')).toMatchObject({ shown: 'example.org' });
    expect(inspectLink('mailto:eve@evil.example', 'mira@example.org')).toMatchObject({ shown: 'mira@example.org' });
  });

  test('names the host behind what could pass for one', () => {
    expect(inspectLink('https://bank.example@evil.example/', '')).toMatchObject({
      host: 'evil.example',
      credentials: true,
    });
  });

  test('is refused unless it is for the web or for mail, and when it is too long or none', () => {
    expect(inspectLink('javascript:alert(1)', 'x')).toMatchObject({ kind: 'refused', reason: 'scheme' });
    expect(inspectLink('file:///etc/passwd', 'x')).toMatchObject({ kind: 'refused', reason: 'scheme' });
    expect(inspectLink('no address', 'x')).toMatchObject({ kind: 'refused', reason: 'invalid' });
    expect(inspectLink(`https://example.org/${'x'.repeat(3000)}`, 'x')).toMatchObject({ reason: 'invalid' });
  });
});

it('a link of a message has no name or password before its host [S-WRITE-4]', () => {
  for (const address of ['https://bank.example@evil.example/', 'http://user:secret@evil.example/'])
    expect(inspectLink(address, address, { allowsCredentials: false })).toEqual({
      kind: 'refused',
      reason: 'credentials',
      text: address,
    });
});
