/** Through which proxy this device reaches relays, and whose certificates count. */
export const PROXY_TEXTS = {
  'proxy.title': 'Proxy and certificates',
  'proxy.text':
    'How this device reaches relays from a network that lets only its proxy out. The proxy cannot read what goes through it. Direct connections between devices never use it.',
  'proxy.mode': 'Proxy',
  'proxy.mode.system': 'As the system says',
  'proxy.mode.manual': 'This proxy',
  'proxy.mode.none': 'None',
  'proxy.in-use': 'In use',
  'proxy.in-use.none': 'The relay is reached without a proxy.',
  'proxy.in-use.manual': 'set here',
  'proxy.in-use.environment': 'from the environment variables',
  'proxy.in-use.system': 'from the system settings',
  'proxy.address': 'Address',
  'proxy.address.hint': 'An HTTP proxy, such as http://proxy.example:3128',
  'proxy.address.missing': 'Enter the address of the proxy.',
  'proxy.address.invalid': 'This is not http://HOST:PORT.',
  'proxy.address.kind': 'Only HTTP proxies can be used: the address begins with http://.',
  'proxy.user': 'User',
  'proxy.user.hint': 'Only if the proxy asks for one',
  'proxy.user.invalid': 'A user has no colon.',
  'proxy.password': 'Password',
  'proxy.password.kept': 'A password is kept. Type one to replace it.',
  'proxy.password.hint': 'Kept sealed on this device; the proxy itself gets it unencrypted',
  'proxy.save': 'Use this proxy',
  'proxy.saved': 'Saved. The relay is being reached anew.',
  'proxy.authorities': 'Certificate authorities',
  'proxy.authorities.text':
    'Add one only if your organisation opens encrypted connections and your relay is refused because of it. Whoever has its key can then pose as a relay that has no pin, and see which devices talk, when and how much. What they say stays end-to-end encrypted.',
  'proxy.authorities.none': 'No additional ones.',
  'proxy.authority.expires': 'Valid until {{date}}',
  'proxy.authority.expired': 'Ran out on {{date}}',
  'proxy.authority.remove': 'Remove',
  'proxy.authority.remove.label': 'Remove {{subject}}',
  'proxy.authority.add': 'Add an authority',
  'proxy.authority.dialog': 'Add a certificate authority',
  'proxy.authority.dialog.text': 'Its certificate in PEM form, as whoever runs the network hands it out.',
  'proxy.authority.pem': 'Certificate',
  'proxy.authority.pem.hint': 'Paste it here, beginning with -----BEGIN CERTIFICATE-----, or choose its file',
  'proxy.authority.pem.invalid': 'There is no certificate in PEM form in it.',
  'proxy.authority.file': 'Choose a file',
  'proxy.authority.file.large': 'The file is too large for a certificate.',
  'proxy.authority.trust': 'Trust it for relays',
  'audit.network.proxy.manual':
    'Relays are reached through the proxy {{address}}; additional certificate authorities: {{authorities}}',
  'audit.network.proxy.system':
    'Relays are reached through the proxy of the system, where it has one; additional certificate authorities: {{authorities}}',
  'audit.network.proxy.none': 'Relays are reached without a proxy; additional certificate authorities: {{authorities}}',

  'error.relay.proxy-auth.next':
    'Check user and password under Settings > Network, and ask whoever runs the network for them.',
  'error.relay.proxy-forbidden.next':
    'Ask whoever runs the network to allow connections to the host and the port of the relay, or for a user to name under Settings > Network. ClawReach asks again in ten minutes.',
  'error.relay.proxy-refused.next':
    'Ask whoever runs the network to allow connections to the host and the port of the relay, or name another proxy.',
  'error.relay.proxy-unreachable.next':
    'Check its address under Settings > Network, or choose no proxy. ClawReach keeps trying.',
  'error.relay.proxy-missing.next': 'Enter the address of the proxy.',
} as const;
