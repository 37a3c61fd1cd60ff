/** What the window says of gateways. */
export const GATEWAYS_TEXTS = {
  'error.gateway.refused.next':
    'Check host and port with whoever runs the gateway, and that it runs. It is tried again by itself.',
  'error.gateway.plain-port.next': 'Switch TLS on or off to match the gateway, or check the port.',
  'error.gateway.closed.next': 'Switch the connection on.',
  'error.gateway.fingerprint-unknown.next':
    'Compare the fingerprint with the one that the gateway prints, then decide.',
  'error.gateway.fingerprint-changed.next':
    'Ask whoever runs the gateway. Trust the new one only if the change is explained and the gateway prints the same.',
  'error.gateway.fingerprint-invalid.next': 'Copy it again, all of it.',
  'error.gateway.token-missing.next': 'Ask whoever runs the gateway for the token, or for a setup code.',
  'error.gateway.token-wrong.why':
    'It is not the one of that gateway, was copied in part, or has been changed. What counts is gateway.auth.token of the gateway; in local mode gateway.remote.token is ignored.',
  'error.gateway.token-wrong.next':
    'Compare it with gateway.auth.token in the settings there, and enter it anew. Nothing is tried until then.',
  'error.gateway.local-token-ignored.why':
    'These settings are of local mode, in which OpenClaw ignores gateway.remote.token.',
  'error.gateway.local-token-ignored.next': 'Use the value of gateway.auth.token in the same settings.',
  'error.gateway.auth-unset.next': 'Tell whoever runs the gateway.',
  'error.gateway.scope-mismatch.next': 'Approve them at the gateway, or set the access here to read only.',
  'error.gateway.pairing.next': 'Whoever runs the gateway approves it there. It goes on by itself.',
  'error.gateway.pairing-rejected.next': 'Ask them, then try again.',
  'error.gateway.refused-connect.next':
    'Update ClawReach and the gateway, then connect again. If it stays, look at the log of the gateway.',
  'error.gateway.unknown.next': 'Look at the list of gateways.',
  'error.gateway.ambiguous.next': 'Choose it from the list of gateways.',
} as const;
