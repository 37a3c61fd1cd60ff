import type { Guard } from '../guard.ts';

const SSH_HOSTS = 'unit/agent/ssh-config/hosts.test.ts';
/** Guards of tunnels through SSH servers. */
export const SSH: readonly Guard[] = [
  {
    properties: ['S-SSH-2'],
    file: 'src-main/agent/forwards/ssh/client.ts',
    guard: 'return verdict === undefined || !proved;',
    without: 'return verdict === undefined;',
    tests: [
      [
        'integration/ssh/host-keys.test.ts',
        'that was damaged on the way is no changed key: nothing is reported as one that the server has not signed',
      ],
    ],
  },
  {
    properties: ['S-SSH-3'],
    file: 'src-main/agent/forwards/ssh/host-keys.ts',
    guard: 'server.peer === null && lines.some(isListed)',
    without: 'lines.some(isListed)',
    tests: [
      [
        'unit/agent/forwards/ssh/host-keys.test.ts',
        'behind a peer are not those of known_hosts, which speaks of this network',
      ],
    ],
  },
  {
    properties: ['S-SSH-1'],
    file: 'src-main/agent/forwards/ssh/client.ts',
    guard: 'if (verdict === undefined) return;',
    without: 'return;',
    tests: [['integration/ssh/host-keys.test.ts', 'is checked before the user’s name or anything secret is sent']],
  },
  {
    properties: ['S-SSH-2'],
    file: 'src-main/agent/forwards/ssh/client.ts',
    guard: 'chooseAlgorithms(hostKeys.types(serverId), thisRuntime())',
    without: 'chooseAlgorithms([], thisRuntime())',
    tests: [
      [
        'integration/ssh/host-keys.test.ts',
        'is asked for in the trusted type, %s, of a server that has others as well',
      ],
    ],
  },
  {
    properties: ['S-SSH-1'],
    file: 'src-main/agent/forwards/ssh/host-keys.ts',
    guard: 'if (pinned.length > 0)',
    without: 'if ((pinned.length > 0) && false)',
    tests: [
      [
        'unit/agent/forwards/ssh/host-keys.test.ts',
        'have changed where another one is trusted, of whatever type; trusting the new one ends the old one',
      ],
    ],
  },
  {
    properties: ['S-SSH-6'],
    file: 'src-main/agent/forwards/ssh/remote-connection.ts',
    guard: 'if (channel.readableLength > MOST_UNREAD)',
    without: 'if ((channel.readableLength > MOST_UNREAD) && false)',
    tests: [
      [
        'unit/agent/forwards/ssh/hostile-servers.test.ts',
        'a server that sends without regard to the window loses the connection, and takes no more memory than that',
      ],
    ],
  },
  {
    properties: ['S-SSH-3'],
    file: 'src-main/agent/forwards/ssh/host-keys.ts',
    guard: "if (lines.some((line) => line.marker === 'revoked' && equal(line) && isNamed(line)))",
    without: "if ((lines.some((line) => line.marker === 'revoked' && equal(line) && isNamed(line))) && false)",
    tests: [
      [
        'integration/ssh/host-keys.test.ts',
        'that known_hosts contradicts is a change, and one that it revokes is never taken',
      ],
    ],
  },
  {
    properties: ['S-SSH-4'],
    file: 'src-main/agent/forwards/ssh/algorithms.ts',
    guard: 'const MACS: readonly MacAlgorithm[] = [',
    without: "const MACS: readonly MacAlgorithm[] = ['hmac-sha1',",
    tests: [['unit/agent/forwards/ssh/choices.test.ts', 'prefer AES-GCM and leave out SHA-1, CBC and compression']],
  },
  {
    properties: ['S-SSH-6'],
    file: 'src-main/agent/forwards/ssh/remote-connection.ts',
    guard: 'if (channel.readableLength > MOST_UNREAD) this.destroy();',
    without: '',
    tests: [
      [
        'unit/agent/forwards/ssh/hostile-servers.test.ts',
        'a server that sends without regard to the window loses the connection, and takes no more memory than that',
      ],
    ],
  },
  {
    properties: ['S-SSH-7'],
    file: 'src-main/agent/forwards/ssh/client.ts',
    guard: 'this.client.openssh_noMoreSessions(() => answered());',
    without: 'answered();',
    tests: [['integration/ssh/keeping-up.test.ts', 'says with each login that it will use no shell']],
  },
  {
    properties: ['S-SSH-5'],
    file: 'src-main/agent/forwards/ssh/login.ts',
    guard: 'echo === true || questions > MOST_QUESTIONS',
    without: 'questions > MOST_QUESTIONS',
    tests: [['integration/ssh/logins.test.ts', 'answers the question that is typed unseen with it, and no other one']],
  },
  {
    properties: ['S-SSH-5'],
    file: 'src-main/agent/forwards/ssh/errors.ts',
    guard: "  'ssh.login-refused',\n  'ssh.password-missing',\n",
    without: "  'ssh.password-missing',\n",
    tests: [['integration/ssh/logins.test.ts', 'is refused once, and not tried again: the account could be locked']],
  },
  {
    properties: ['S-SSH-6'],
    file: 'src-main/agent/forwards/ssh/remote-connection.ts',
    guard: "isEof(channel.incoming) ? 'ended' : 'cut'",
    without: "'ended'",
    tests: [
      [
        'integration/ssh/keeping-up.test.ts',
        'is found dead when the server stands still, and its connections end as resets',
      ],
    ],
  },
  {
    properties: ['S-SSH-9'],
    file: 'src-main/agent/ssh-config/host-names.ts',
    guard: "replaceAll(/[^a-z0-9]+/g, '-')",
    without: "replaceAll(/ +/g, '-')",
    tests: [[SSH_HOSTS, 'never has another character than a-z, 0-9 and dashes within']],
  },
  {
    properties: ['S-SSH-9'],
    file: 'src-main/agent/ssh-config/config-text.ts',
    guard: 'user !== undefined && ACCOUNT.test(user)',
    without: 'user !== undefined',
    tests: [[SSH_HOSTS, 'takes the account %j as %j']],
  },
  {
    properties: ['S-SSH-10'],
    file: 'src-main/agent/ssh-config/host-names.ts',
    guard: 'if (had === undefined || taken.has(had) || !(had === wanted || numbered(wanted).test(had))) continue;',
    without: 'if (had !== undefined || taken.has(had ?? wanted)) continue;',
    tests: [[SSH_HOSTS, 'stays with its peer when another one takes the same name']],
  },
  {
    properties: ['S-SAVED-2'],
    file: 'src-shared/saved-command/line.ts',
    guard: 'if (inQuotes !== undefined)',
    without: 'if ((inQuotes !== undefined) && false)',
    tests: [
      ['unit/shared/saved-command/line.test.ts', 'gets no value where quotes mean something else: %s'],
      ['unit/shared/saved-command/line.test.ts', 'never has a value run, in any line that takes it'],
    ],
  },
  {
    properties: ['S-SAVED-1'],
    file: 'src-shared/saved-command/line.ts',
    guard: 'if (!isWindows) return shellQuoted(value);',
    without: "if (!isWindows) return `'${value}'`;",
    tests: [['unit/shared/saved-command/line.test.ts', 'gets each value as one word, whatever it contains']],
  },
  {
    properties: ['S-SAVED-1'],
    file: 'src-shared/saved-command/line.ts',
    guard: 'if (!WINDOWS_VALUE.test(value) || WINDOWS_ESCAPE.test(value))',
    without: "if (value === '')",
    tests: [
      ['unit/shared/saved-command/line.test.ts', 'takes no value that cmd.exe would read as more than one word: %j'],
    ],
  },
];
