import { describe, expect, it } from 'vitest';
import { createPairingLink } from '#shared/pairing/index.ts';
import { INVITER } from '#test/support/pairing.ts';
import { parseExternalLink, ShellError } from '../../../../src-main/desktop/links/external-link.ts';
import { destinationOf } from '../../../../src-main/desktop/links/pairing-link.ts';
import { OpenRequests } from '../../../../src-main/desktop/opening/open-requests.ts';
import { parseArguments } from '../../../../src-main/desktop/opening/arguments.ts';

const KEY = 'A'.repeat(43);

describe('a link to the outside', () => {
  it.each([
    ['https://example.com/a?b#c', 'https://example.com/a?b#c'],
    ['http://[::1]:8080/', 'http://[::1]:8080/'],
    ['HTTPS://EXAMPLE.com', 'https://example.com/'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['mailto:a@example.com', 'mailto:a@example.com'],
    ['mailto:a@example.com?subject=Hi%20you&attach=/etc/passwd&ATTACHMENT=x', 'mailto:a@example.com?subject=Hi%20you'],
    ["mailto:a@example.com?body=it's%0Aso", 'mailto:a@example.com?body=it%27s%0Aso'],
    ['mailto:a@example.com,b%2Bc@example.com', 'mailto:a@example.com,b%2Bc@example.com'],
  ])('%s is opened as %s [S-APP-5]', (link, opened) => {
    expect(parseExternalLink(link)).toBe(opened);
  });

  it.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'smb://server/share',
    'ms-msdt:/id',
    'clawreach://pair?x',
    'app://clawreach/',
    'vscode://x',
    'https:',
    'https://bank.example@evil.example/',
    'https://user:pass@example.com/',
    ' https://example.com/',
    'https://example.com/\n',
    'java\tscript:alert(1)',
    'https://exa mple.com/',
    'example.com',
    'mailto:a@example.com%0D%0ABcc:x@example.com',
    'mailto:a@example.com?subject=x%0D%0ABcc:x@example.com',
    'mailto:a@example.com%3Fattach=/etc/passwd',
    'mailto:a@example.com&attach=/etc/passwd',
    "mailto:a@example.com',attachment='/etc/passwd",
    'mailto:%ff@example.com',
    '',
    `https://example.com/${'a'.repeat(2048)}`,
  ])('%j is not opened [S-APP-5]', (link) => {
    expect(() => parseExternalLink(link)).toThrow(ShellError);
  });
});

describe('a clawreach: link', () => {
  // Made of the smallest parts that a whole link can have; what matters is what becomes of it.
  const link = `clawreach://pair?v=1&relay=wss%3A%2F%2Frelay.example&key=${KEY}&peer=x&secret=${'A'.repeat(22)}`;

  it('that is whole fills the dialog in [S-APP-5]', () => {
    const whole = createPairingLink({
      relayUrl: 'wss://relay.example',
      relayKey: new Uint8Array(32),
      inviter: INVITER.peerId,
      secret: new Uint8Array(16),
    });
    expect(destinationOf(whole)).toEqual({ to: 'pair', codeOrLink: whole });
    expect(destinationOf(` ${whole}`)).toBe(undefined);
    expect(destinationOf(`${whole}\n`)).toEqual({ to: 'pair', codeOrLink: whole });
  });

  it('that is broken opens the empty dialog, and carries nothing into it [S-APP-5]', () => {
    expect(destinationOf(link)).toEqual({ to: 'pair', codeOrLink: null });
    expect(destinationOf('clawreach://pair?')).toEqual({ to: 'pair', codeOrLink: null });
    expect(destinationOf(`clawreach://pair?${'a'.repeat(5000)}`)).toEqual({ to: 'pair', codeOrLink: null });
  });

  it.each(['clawreach://terminal?peer=x', 'clawreach://settings', 'clawreach:', 'https://pair/?', 'x', ''])(
    '%j leads nowhere [S-APP-5]',
    (text) => {
      expect(destinationOf(text)).toBe(undefined);
    },
  );
});

describe('the arguments of a start', () => {
  it('are read wherever they stand, and others are passed over', () => {
    expect(
      parseArguments(['--type=x', '--profile=/p', 'app', '--hidden', 'clawreach://pair?v=1', '--register-links']),
    ).toEqual({
      profile: '/p',
      hidden: true,
      registerLinks: true,
      link: 'clawreach://pair?v=1',
    });
    expect(parseArguments(['--profile='])).toEqual({
      profile: undefined,
      hidden: false,
      registerLinks: false,
      link: undefined,
    });
  });

  it('are bounded in number and length', () => {
    expect(parseArguments([...Array.from({ length: 64 }, () => 'x'), '--hidden']).hidden).toBe(false);
    expect(parseArguments([`clawreach://pair?${'x'.repeat(5000)}`]).link).toBe(undefined);
  });
});

describe('what asks for the window before there is one', () => {
  it('waits, in order, up to a limit', () => {
    const openings = new OpenRequests();
    for (let index = 0; index < 20; index += 1) openings.add({ link: String(index) });
    const taken: (string | undefined)[] = [];
    openings.setReceiver(({ link }) => taken.push(link));
    openings.add({ link: 'later' });
    expect(taken).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', 'later']);
  });
});
