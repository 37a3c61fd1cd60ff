import type { Guard } from '../guard.ts';

/** Guards of the documented protocol at the relay. */
export const PLAIN: readonly Guard[] = [
  {
    properties: ['S-PLAIN-1'],
    file: 'src-relay/plain/terminals.ts',
    guard: 'if (session === undefined || message.session !== viewer.session) {',
    without: 'if (session === undefined) {',
    tests: [
      [
        'integration/relay/plain/attacks.test.ts',
        "types into no one else's session of the device, and ends none",
        'authenticates for no session but an own, active one, and for no other after that',
      ],
    ],
  },
  {
    properties: ['S-PLAIN-2'],
    file: 'src-relay/plain/terminals.ts',
    guard:
      'if (session === undefined || session.device !== connector.device.id || this.#connectorOf(session) !== connector) {',
    without: 'if (session === undefined) {',
    tests: [['integration/relay/plain/attacks.test.ts', "writes into no other device's session, and ends none"]],
  },
  {
    properties: ['S-PLAIN-3'],
    file: 'src-relay/plain/connectors.ts',
    guard: 'return this.#byKey.get(key) === connector && this.#byKey.delete(key);',
    without: 'return this.#byKey.delete(key);',
    tests: [['integration/relay/plain/attacks.test.ts', 'that is replaced is told so, and its end changes nothing']],
  },
  {
    properties: ['S-PLAIN-5'],
    file: 'src-relay/plain/session-rows.ts',
    guard: "return END_REASONS.find((known) => known === reason) ?? 'other';",
    without: 'return reason as EndReason;',
    tests: [
      ['integration/relay/plain/content.test.ts', 'content that passes is in no file, log or table of the relay'],
    ],
  },
  {
    properties: ['S-PLAIN-6'],
    file: 'src-relay/plain/device-rows.ts',
    guard: ".where('one_time.expires_at', '>', now)",
    without: '',
    tests: [['integration/relay/plain/functions.test.ts', 'end after a quarter of an hour']],
  },
  {
    properties: ['S-PLAIN-7'],
    file: 'src-relay/plain/functions/pair-device.ts',
    guard: "rates.take('pairingsPerAddress', addressGroup(request.address))",
    without:
      "rates.take('pairingsPerAddress', String(request.headers['x-forwarded-for']) + addressGroup(request.address))",
    tests: [
      [
        'integration/relay/plain/functions.test.ts',
        'are tried ten times in fifteen minutes by an address, whatever it forwards',
      ],
    ],
  },
  {
    properties: ['S-PLAIN-8'],
    file: 'src-relay/plain/device-rows.ts',
    guard: "    .where('projects.plain_allowed', '=', 1);",
    without: ';',
    tests: [['integration/relay/plain/functions.test.ts', 'looks like one without plain devices']],
  },
  {
    properties: ['S-PLAIN-9'],
    file: 'src-relay/plain/access-check.ts',
    guard: "if (!allowed.has(id)) this.#services.terminals.end(id, 'access_ended');\n        else",
    without: '',
    tests: [['integration/relay/plain/attacks.test.ts', 'when %s']],
  },
  {
    properties: ['S-PLAIN-10'],
    file: 'src-relay/plain/connectors.ts',
    guard: 'from.pause();',
    without: '',
    tests: [
      [
        'integration/relay/plain/floods.test.ts',
        'has those who type wait, keeps little in memory, and gets everything in order',
      ],
    ],
  },
  {
    properties: ['S-PLAIN-11'],
    file: 'src-relay/plain/skill-config-routes.ts',
    guard: 'return `skill-config ${id} ${account}`;',
    without: 'return `skill-config ${id.length} ${account.length}`;',
    tests: [['integration/relay/plain/skill.test.ts', 'can’t be read from the row of another account']],
  },
  {
    properties: ['S-PLAIN-12'],
    file: 'src-relay/plain/device-access.ts',
    guard: "if (!device.includes('-')) {",
    without: "if (device === '') {",
    tests: [['integration/relay/plain/attacks.test.ts', 'starts no session on a sealed device, and lists none']],
  },
  {
    properties: ['S-PLAIN-13'],
    file: 'src-relay/start-platform.ts',
    guard: 'const plain = !plainProtocol\n',
    without: 'const plain = plainProtocol === undefined\n',
    tests: [
      [
        'integration/relay/answers.test.ts',
        'a relay with accounts and no documented protocol answers as if there were none of it',
      ],
    ],
  },
  {
    properties: ['S-PLAIN-14'],
    file: 'src-node/install-script/release-functions.ts',
    guard: "  check_signature || fail 'The release has no signature by a known key. Nothing was installed.'\n",
    without: '',
    tests: [['integration/relay/plain/downloads.test.ts', 'installs nothing for %s']],
  },
  {
    properties: ['S-PLAIN-14'],
    file: 'src-node/install-script/release-functions.ts',
    guard: `    [ "$("$openssl" dgst -sha512 -binary "$4" | "$openssl" base64 -A)" != "$2" ]; then\n`,
    without: '    false; then\n',
    tests: [['integration/relay/plain/downloads.test.ts', 'installs nothing for %s']],
  },
  {
    properties: ['S-HEADLESS-1'],
    file: 'src-node/install-script/headless-script.ts',
    guard: `  if [ -n "$installed" ] && older "$released" "$installed"; then`,
    without: '  if false; then',
    tests: [['integration/install-script.test.ts', 'refuses a release that is older than the installed one']],
  },
  {
    properties: ['S-HEADLESS-2'],
    file: 'src-node/install-script/headless-script.ts',
    guard: 'if :; then\n  main "$@"\nfi\n',
    without: 'main "$@"\n',
    tests: [['integration/install-script.test.ts', 'does nothing when it is cut off anywhere']],
  },
  {
    properties: ['S-HEADLESS-3'],
    file: 'src-node/install-script/headless-script.ts',
    guard: 'if [ -L "$base" ] || ',
    without: 'if ',
    tests: [['integration/install-script.test.ts', 'leaves other installations and the folders of others alone']],
  },
  {
    properties: ['S-PLAIN-15'],
    file: 'src-relay/platform/invitations/invitation-rows.ts',
    guard: ".where('email_verified_at', 'is not', null)",
    without: '',
    tests: [
      ['integration/relay/plain/attacks.test.ts', 'an invitation to an address that no one has proved gives no seat'],
    ],
  },
  {
    properties: ['S-PLAIN-1'],
    file: 'src-relay/plain/session-rows.ts',
    guard: "    .where('plain_sessions.account', '=', account);",
    without: ';',
    tests: [
      [
        'integration/relay/plain/attacks.test.ts',
        'authenticates for no session but an own, active one, and for no other after that',
      ],
    ],
  },
  {
    properties: ['S-PLAIN-6'],
    file: 'src-relay/plain/device-rows.ts',
    guard:
      "await transaction.updateTable('plain_devices').set({ token_hash: null }).where('id', '=', device).execute();",
    without: '',
    tests: [
      ['integration/relay/plain/attacks.test.ts', 'that is made anew ends the old code, the token and the connection'],
    ],
  },
  {
    properties: ['S-PLAIN-10'],
    file: 'src-relay/plain/serve-viewers.ts',
    guard: 'maxBuffered: limits.viewerBuffer,',
    without: 'maxBuffered: Number.MAX_SAFE_INTEGER,',
    tests: [['integration/relay/plain/floods.test.ts', 'is closed, and holds up no one']],
  },
  {
    properties: ['S-PLAIN-9'],
    file: 'src-relay/plain/serve-viewers.ts',
    guard: '(await listSignIns(database, [known.signIn], this.#context.clock.now())).has(known.signIn)',
    without: 'true',
    tests: [['integration/relay/plain/attacks.test.ts', 'before a token for a terminal was used']],
  },
  {
    properties: ['S-PLAIN-10'],
    file: 'src-relay/plain/node-requests.ts',
    guard: 'return JSON.stringify(event).length + EVENT_COST;',
    without: "return event.type === 'token' ? event.content.length : 0;",
    tests: [['integration/relay/plain/skill.test.ts', 'of any kind that no one reads is cut off: %s']],
  },
  {
    properties: ['S-PLAIN-10'],
    file: 'src-relay/plain/session-rows.ts',
    guard:
      'if ((await findOldest()) !== undefined) await deleteBeyondShare(transaction, Math.ceil(sessionRows / SHARES));',
    without: '',
    tests: [
      [
        'integration/relay/plain/attacks.test.ts',
        'takes from a full history the sessions of who has the most, and no one else’s',
      ],
    ],
  },
];
